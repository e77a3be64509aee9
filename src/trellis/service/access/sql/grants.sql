-- What the actor's live grants open, as arrays: read once a query when called inside (SELECT ...).
-- The branches of the user, of the team and of those stood in for are apart because one OR would scan every grant.
CREATE OR REPLACE FUNCTION actor_grants(v_compartment text) RETURNS SETOF access_grant
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT g.* FROM (
        SELECT own.* FROM access_grant own WHERE own.user_id = (SELECT actor_id())
        UNION ALL
        SELECT theirs.* FROM access_grant theirs WHERE theirs.team_id = ANY ((SELECT actor_teams())::bigint[])
        UNION ALL
        SELECT another.* FROM access_grant another
        WHERE another.user_id = ANY ((SELECT actor_stands_in_for())::bigint[]) AND another.basis = 'allocated'
    ) AS g
    WHERE v_compartment = ANY (g.compartments) AND (SELECT actor_is_at_work())
      AND g.starts_at <= statement_timestamp() AND (g.ends_at IS NULL OR g.ends_at > statement_timestamp())
      AND (g.agency_id IS NULL OR g.agency_id = actor_agency_id())
$$;

CREATE OR REPLACE FUNCTION actor_people(v_compartment text) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(person_id), '{}') FROM actor_grants(v_compartment) WHERE person_id IS NOT NULL
$$;

-- A cell is scheme/stage/area; area 0 holds those whose area is not known. A grant without a scheme or an area opens all;
-- one of an area that has no place in the tree yet (path '/') opens nothing rather than everything.
CREATE OR REPLACE FUNCTION actor_cells(v_compartment text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT s.id || '/' || stage || '/' || coalesce(a.id, 0)), '{}')
    FROM actor_grants(v_compartment) g
    CROSS JOIN unnest(g.stages) AS stage
    JOIN schemes_scheme s ON g.scheme_id IS NULL OR s.id = g.scheme_id
    LEFT JOIN schemes_area granted ON granted.id = g.area_id
    JOIN (SELECT id, path FROM schemes_area UNION ALL SELECT NULL, '') a
      ON g.area_id IS NULL OR (granted.path <> '/' AND starts_with(a.path, granted.path))
$$;

-- Only who sees a person may pass that sight on or end it, and only in a role that allocates; system actors grant stages,
-- and administrators end them. The person's row may not exist yet when its grant is written first.
CREATE OR REPLACE FUNCTION actor_may_grant(v_person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT actor_may_administer() OR (
        v_person IS NOT NULL AND actor_has_role('coordinator') AND v_person <> ALL (actor_barred())
        AND (v_person = ANY (actor_people('core'))
             OR (SELECT cell FROM people_person WHERE id = v_person) = ANY (actor_cells('core')))
    )
$$;

-- Whether the actor's grants open a compartment of a person until that moment or, where it is null, without an end;
-- limits apart.
CREATE OR REPLACE FUNCTION guard_holds(v_person bigint, v_compartment text, v_until timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_holds boolean;
BEGIN
    PERFORM set_config('trellis.deciding', 'yes', true);
    SELECT EXISTS (
        SELECT 1 FROM actor_grants(v_compartment) g
        WHERE (g.ends_at IS NULL OR g.ends_at >= v_until)
          AND (g.person_id = v_person OR EXISTS (
              SELECT 1 FROM people_person p
              LEFT JOIN schemes_area a ON a.id = p.area_id
              LEFT JOIN schemes_area granted ON granted.id = g.area_id
              WHERE p.id = v_person AND p.stage = ANY (g.stages)
                AND (g.scheme_id IS NULL OR g.scheme_id = p.scheme_id)
                AND (g.area_id IS NULL OR (granted.path <> '/' AND starts_with(a.path, granted.path)))))
    ) INTO v_holds;
    PERFORM set_config('trellis.deciding', '', true);
    RETURN v_holds;
END $$;

CREATE OR REPLACE FUNCTION actor_holds(v_person bigint, v_compartment text, v_until timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT guard_holds(v_person, v_compartment, v_until)
       AND v_person <> ALL (actor_barred_by('{exclusion,restriction,stealth}', false))
$$;

-- Nobody passes on more than they hold, nor for longer. System actors open the core record without holding it, and whole
-- stages in any compartment, for those come with a role that two people have agreed to. Nothing new is opened to an
-- agency without an agreement that is reviewed.
CREATE OR REPLACE FUNCTION actor_may_open(
    v_user bigint, v_team bigint, v_person bigint, v_compartments text[], v_until timestamptz
) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT cardinality(v_compartments) > 0 AND CASE
        WHEN actor_is_system() THEN
            v_person IS NULL
            OR (SELECT bool_and(c = 'core' OR guard_holds(v_person, c, v_until)) FROM unnest(v_compartments) AS c)
        ELSE
            actor_has_role('coordinator') AND v_person IS NOT NULL
            AND (SELECT bool_and(actor_holds(v_person, c, v_until)) FROM unnest(v_compartments) AS c)
            AND actor_may_share_with(v_user, v_team)
    END
$$;

-- The two below read as whoever asks. Inside a function they hide from PostgreSQL that two tables' policies read
-- each other, or one its own, which it refuses to plan.
CREATE OR REPLACE FUNCTION actor_sees_referral(v_referral bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM selection_referral WHERE id = v_referral);
END $$;

-- Whether a fact of that kind about the person stood in that name and is superseded.
CREATE OR REPLACE FUNCTION actor_corrects(v_table regclass, v_person bigint, v_author bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    v_found boolean;
BEGIN
    EXECUTE format(
        'SELECT EXISTS (SELECT 1 FROM %s WHERE person_id = $1 AND recorded_by_id = $2 AND superseded_at IS NOT NULL)',
        v_table
    ) INTO v_found USING v_person, v_author;
    RETURN v_found;
END $$;
