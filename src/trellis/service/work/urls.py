"""Addresses of notices, tasks and documents."""

from django.urls import path

from trellis.service.work.views import choices, documents, notices, tasks

app_name = "work"
urlpatterns = [
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_all, name="read_all"),
    path("notices/choices/", choices.choices, name="choices"),
    path("notices/<uuid:notice_id>/read/", notices.read, name="read"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/new/", tasks.new, name="new"),
    path("tasks/person/<int:person_id>/new/", tasks.new_about, name="new_about"),
    path("tasks/<uuid:task_id>/", tasks.task, name="task"),
    path("tasks/<uuid:task_id>/done/", tasks.done, name="done"),
    path("tasks/<uuid:task_id>/snooze/", tasks.snooze, name="snooze"),
    path("tasks/<uuid:task_id>/pass-on/", tasks.pass_on, name="pass_on"),
    path("tasks/<uuid:task_id>/withdraw/", tasks.withdraw, name="withdraw"),
    path("documents/person/<int:person_id>/", documents.documents, name="documents"),
    path("documents/person/<int:person_id>/new/", documents.add, name="add_document"),
    path("documents/<uuid:document_id>/new-version/", documents.update, name="update_document"),
    path("documents/<uuid:document_id>/withdraw/", documents.withdraw, name="withdraw_document"),
    path("documents/versions/<uuid:version_id>/", documents.download, name="download"),
]
