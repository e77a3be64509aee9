-- Who the actor is today: live or not, in which teams, and for whom they stand in.
CREATE OR REPLACE FUNCTION actor_today() RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT (statement_timestamp() AT TIME ZONE 'Europe/London')::date
$$;

-- Everything in force today that the actor does at the agency they act for. A disabled account does nothing.
CREATE OR REPLACE FUNCTION actor_postings() RETURNS SETOF access_posting
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.* FROM access_posting p
    WHERE p.user_id = (SELECT actor_id()) AND (SELECT actor_is_live()) AND p.agency_id = actor_agency_id()
      AND p.starts <= actor_today() AND (p.ends IS NULL OR p.ends > actor_today())
$$;

-- Nobody sees anybody but in a post of the agency that acts: a grant outlives no role. The system has no post.
CREATE OR REPLACE FUNCTION actor_is_at_work() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT actor_is_live() AND (actor_is_system() OR EXISTS (SELECT 1 FROM actor_postings()))
$$;

-- A role counts only in the agency that acts; a session without one (a system actor) has no roles.
CREATE OR REPLACE FUNCTION actor_has_role(VARIADIC v_roles text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM actor_postings() WHERE role = ANY (v_roles))
$$;

-- The schemes in which the actor holds one of the roles today.
CREATE OR REPLACE FUNCTION actor_schemes(VARIADIC v_roles text[]) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT scheme_id), '{}') FROM actor_postings()
    WHERE role = ANY (v_roles) AND scheme_id IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION actor_teams() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT team_id), '{}') FROM actor_postings() WHERE team_id IS NOT NULL
$$;

-- Officers of teams that the actor supervises, and officers whom the actor covers for.
CREATE OR REPLACE FUNCTION actor_stands_in_for() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT officer), '{}') FROM (
        SELECT o.user_id FROM actor_postings() mine JOIN access_posting o ON o.team_id = mine.team_id
        WHERE mine.supervises AND o.starts <= actor_today() AND (o.ends IS NULL OR o.ends > actor_today())
        UNION ALL
        SELECT c.user_id FROM access_cover c
        WHERE c.covered_by_id = (SELECT actor_id()) AND c.agency_id = actor_agency_id()
          AND c.starts <= actor_today() AND c.ends > actor_today()
    ) AS officers (officer) WHERE officer <> (SELECT actor_id())
$$;

CREATE OR REPLACE FUNCTION actor_may_administer() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT actor_is_system() OR actor_has_role('administrator')
$$;

-- Cover is arranged between officers who both work for that agency in that scheme.
CREATE OR REPLACE FUNCTION actor_are_colleagues(v_one bigint, v_other bigint, v_agency bigint, v_scheme bigint)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(DISTINCT user_id) = 2 FROM access_posting
    WHERE user_id IN (v_one, v_other) AND agency_id = v_agency AND scheme_id = v_scheme
      AND starts <= actor_today() AND (ends IS NULL OR ends > actor_today())
$$;
