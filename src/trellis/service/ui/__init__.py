"""The look: pages, components, form fields and the helpers every view shares."""
