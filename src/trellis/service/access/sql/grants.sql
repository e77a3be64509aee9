-- What the actor's live grants open, as arrays: read once a query when called inside (SELECT ...).
-- The user's and the team's branches stand apart because one OR over both would scan every grant.
CREATE OR REPLACE FUNCTION actor_grants(v_compartment text) RETURNS SETOF access_grant
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT g.* FROM access_grant g
    WHERE g.user_id = (SELECT actor_id()) AND v_compartment = ANY (g.compartments)
      AND g.starts_at <= statement_timestamp() AND (g.ends_at IS NULL OR g.ends_at > statement_timestamp())
    UNION ALL
    SELECT g.* FROM access_grant g
    WHERE g.team_id = ANY ((SELECT array_agg(m.team_id) FROM access_posting m
                            WHERE m.user_id = (SELECT actor_id()) AND m.agency_id = actor_agency_id()
                              AND m.starts <= current_date AND (m.ends IS NULL OR m.ends > current_date))::bigint[])
      AND v_compartment = ANY (g.compartments)
      AND g.starts_at <= statement_timestamp() AND (g.ends_at IS NULL OR g.ends_at > statement_timestamp())
$$;

CREATE OR REPLACE FUNCTION actor_people(v_compartment text) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(person_id), '{}') FROM actor_grants(v_compartment) WHERE person_id IS NOT NULL
$$;

-- A cell is scheme/stage/area; area 0 holds those whose area is not known. A grant without a scheme or an area opens all.
CREATE OR REPLACE FUNCTION actor_cells(v_compartment text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT s.id || '/' || stage || '/' || coalesce(a.id, 0)), '{}')
    FROM actor_grants(v_compartment) g
    CROSS JOIN unnest(g.stages) AS stage
    JOIN schemes_scheme s ON g.scheme_id IS NULL OR s.id = g.scheme_id
    LEFT JOIN schemes_area granted ON granted.id = g.area_id
    JOIN (SELECT id, path FROM schemes_area UNION ALL SELECT NULL, '') a
      ON granted.id IS NULL OR starts_with(a.path, granted.path)
$$;

-- Only who sees a person may pass that sight on, and only in a role that allocates; system actors and
-- administrators may grant stages. The person's row may not exist yet when its grant is written first.
CREATE OR REPLACE FUNCTION actor_may_grant(v_person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT actor_may_administer() OR (
        v_person IS NOT NULL AND actor_has_role('coordinator')
        AND (v_person = ANY (actor_people('core'))
             OR (SELECT cell FROM people_person WHERE id = v_person) = ANY (actor_cells('core')))
    )
$$;
