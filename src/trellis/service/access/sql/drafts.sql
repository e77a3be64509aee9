-- Throws away what was kept for a day. Nobody but its writer sees a draft, and whoever never comes back throws nothing
-- away, so the owner does it, whenever somebody signs in.
CREATE OR REPLACE FUNCTION actor_forgets_drafts() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM access_draft WHERE kept_at <= statement_timestamp() - interval '1 day'
$$;
