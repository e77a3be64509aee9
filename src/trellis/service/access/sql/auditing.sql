-- Which of the trail an auditor reads: of the schemes they are posted to, or, posted to none, of all.
CREATE OR REPLACE FUNCTION actor_audits_all() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT actor_has_role('auditor') AND (
        EXISTS (SELECT 1 FROM actor_postings() WHERE role = 'auditor' AND scheme_id IS NULL)
        OR NOT EXISTS (SELECT 1 FROM schemes_scheme WHERE id <> ALL (actor_schemes('auditor'))))
$$;

-- Whether an event of the trail is the actor's to audit: it names somebody of their schemes; or whoever did it works in
-- these alone; or it names nobody, and whoever did it works there too or, like the system, in no scheme.
CREATE OR REPLACE FUNCTION actor_audits(v_actor bigint, v_people bigint[]) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_schemes bigint[];
    v_here boolean;
    v_elsewhere boolean;
BEGIN
    IF NOT actor_has_role('auditor') THEN
        RETURN false;
    END IF;
    v_schemes := actor_schemes('auditor');
    IF EXISTS (SELECT 1 FROM unnest(v_people) AS person WHERE guard_scheme_of(person) = ANY (v_schemes)) THEN
        RETURN true;
    END IF;
    SELECT coalesce(bool_or(p.scheme_id = ANY (v_schemes)), false), coalesce(bool_or(p.scheme_id <> ALL (v_schemes)), false)
    INTO v_here, v_elsewhere FROM access_posting p WHERE p.user_id = v_actor;
    RETURN (v_here AND NOT v_elsewhere) OR (cardinality(v_people) = 0 AND (v_here OR NOT v_elsewhere));
END $$;
