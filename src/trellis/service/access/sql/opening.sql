-- How a record stands open to whoever reads it: whether it is restricted, and until when in an emergency. Nothing of one
-- that the actor does not see: the person's row is read as they see it.
CREATE OR REPLACE FUNCTION actor_opening(v_person bigint) RETURNS TABLE (restricted boolean, emergency_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM access_limit l WHERE l.person_id = v_person AND l.lifted_at IS NULL),
           (SELECT max(g.ends_at) FROM access_grant g
            WHERE g.user_id = (SELECT actor_id()) AND g.person_id = v_person AND g.basis = 'break_glass'
              AND g.starts_at <= statement_timestamp() AND g.ends_at > statement_timestamp()
              AND (g.agency_id IS NULL OR g.agency_id = actor_agency_id()))
    WHERE EXISTS (SELECT 1 FROM people_person p WHERE p.id = v_person)
$$;

-- Every live grant that opens a person's record, for whoever may be told who sees it or may restrict it: of the person,
-- and of the stages and area in which they stand. Limits take from these what they take.
CREATE OR REPLACE FUNCTION actor_told_of_grants(v_person bigint) RETURNS SETOF access_grant
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_scheme bigint;
    v_stage text;
    v_path text;
BEGIN
    IF NOT actor_knows_of(v_person)
       OR guard_scheme_of(v_person) <> ALL (
           actor_schemes(VARIADIC {SEE_READERS}) || actor_schemes(VARIADIC {RESTRICT_RECORDS})) THEN
        RETURN;
    END IF;
    PERFORM set_config('trellis.deciding', 'yes', true);
    SELECT p.scheme_id, p.stage, a.path INTO v_scheme, v_stage, v_path
    FROM people_person p LEFT JOIN schemes_area a ON a.id = p.area_id WHERE p.id = v_person;
    PERFORM set_config('trellis.deciding', '', true);
    RETURN QUERY
        SELECT g.* FROM access_grant g LEFT JOIN schemes_area granted ON granted.id = g.area_id
        WHERE g.starts_at <= statement_timestamp() AND (g.ends_at IS NULL OR g.ends_at > statement_timestamp())
          AND (g.person_id = v_person
               OR (v_stage = ANY (g.stages) AND (g.scheme_id IS NULL OR g.scheme_id = v_scheme)
                   AND (g.area_id IS NULL OR (granted.path <> '/' AND starts_with(v_path, granted.path)))))
        ORDER BY g.starts_at, g.id;
END $$;

-- The scheme in which somebody stands, for whoever may know of their record.
CREATE OR REPLACE FUNCTION actor_scheme_of(v_person bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN actor_is_system() OR actor_knows_of(v_person) THEN guard_scheme_of(v_person) END
$$;

-- The compartments of a person that the actor's grants open until that moment, or where it is null without an end;
-- limits apart. Nothing of somebody of whom the actor may not know.
CREATE OR REPLACE FUNCTION actor_compartments_of(v_person bigint, v_until timestamptz) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT c ORDER BY c), '{}')
    FROM unnest({COMPARTMENTS}) AS c
    WHERE (actor_knows_of(v_person) OR EXISTS (SELECT 1 FROM people_person p WHERE p.id = v_person))
      AND guard_holds(v_person, c, v_until)
$$;

-- What was read of one person during emergency access, by whoever used it: for its reviewer, who need not see the person.
CREATE OR REPLACE FUNCTION actor_read_in_emergency(v_grant bigint)
RETURNS TABLE (at timestamptz, page text, method text, status integer, others integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.at, e.page::text, e.method::text, e.status::integer, greatest(cardinality(e.person_ids) - 1, 0)
    FROM access_grant g JOIN audit_accessevent e
      ON e.person_ids @> ARRAY[g.person_id] AND e.actor_id = g.user_id AND e.at >= g.starts_at AND e.at < g.ends_at
    WHERE g.id = v_grant AND g.basis = 'break_glass'
      AND g.scheme_id = ANY (actor_schemes(VARIADIC {REVIEW_EMERGENCIES}))
    ORDER BY e.at, e.id
$$;
