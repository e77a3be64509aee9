-- Restricted records. Rules and their words: trellis.rules.need_to_know.
CREATE OR REPLACE FUNCTION actor_is_named(v_limit bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM access_limitname n
        WHERE n.limit_id = v_limit AND (n.ends_at IS NULL OR n.ends_at > statement_timestamp())
          AND (n.user_id = (SELECT actor_id()) OR n.team_id = ANY ((SELECT actor_teams())::bigint[]))
    )
$$;

-- Whom limits of these kinds keep from the actor, whatever grants open. Emergency access passes a restriction, save
-- where `v_passes` is false: for what it never opens, and for passing on.
CREATE OR REPLACE FUNCTION actor_barred_by(v_kinds text[], v_passes boolean DEFAULT true) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT l.person_id), '{}') FROM access_limit l
    WHERE l.lifted_at IS NULL AND l.kind = ANY (v_kinds) AND NOT actor_is_system()
      AND CASE WHEN l.kind = 'exclusion' THEN actor_is_named(l.id) ELSE NOT actor_is_named(l.id) END
      AND NOT (v_passes AND l.kind = 'restriction' AND EXISTS (
          SELECT 1 FROM access_grant g
          WHERE g.user_id = (SELECT actor_id()) AND g.person_id = l.person_id AND g.basis = 'break_glass'
            AND (g.agency_id IS NULL OR g.agency_id = actor_agency_id())
            AND g.starts_at <= statement_timestamp() AND g.ends_at > statement_timestamp()))
$$;

CREATE OR REPLACE FUNCTION actor_barred() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT actor_barred_by('{exclusion,restriction,stealth}')
$$;

-- The scheme in which somebody stands, whoever asks. Only these functions read it so: the setting counts for the
-- owner's policy `decide` alone, and the application is not the owner.
CREATE OR REPLACE FUNCTION guard_scheme_of(v_person bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_scheme bigint;
BEGIN
    PERFORM set_config('trellis.deciding', 'yes', true);
    SELECT scheme_id INTO v_scheme FROM people_person WHERE id = v_person;
    PERFORM set_config('trellis.deciding', '', true);
    RETURN v_scheme;
END $$;

-- Whether the actor may be told that this record is held, though they may not open it. Never by stealth.
CREATE OR REPLACE FUNCTION actor_knows_of(v_person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(guard_scheme_of(v_person) = ANY (actor_schemes(VARIADIC {SEE_PRESENCE}))
                    AND v_person <> ALL (actor_barred_by('{stealth}')), false)
$$;

-- The records held under a number that the actor may be told of: exact numbers only, and never by stealth.
CREATE OR REPLACE FUNCTION actor_held_under(v_values text[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_people bigint[];
BEGIN
    PERFORM set_config('trellis.deciding', 'yes', true);
    SELECT coalesce(array_agg(DISTINCT person_id), '{}') INTO v_people FROM people_identifier
    WHERE value = ANY (v_values) AND superseded_at IS NULL;
    PERFORM set_config('trellis.deciding', '', true);
    RETURN (SELECT coalesce(array_agg(held ORDER BY held), '{}') FROM unnest(v_people) AS held WHERE actor_knows_of(held));
END $$;

-- Whether the actor has to do with a limit. Whom an exclusion names has to do with no limit on that record.
CREATE OR REPLACE FUNCTION actor_restricts(v_limit bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM access_limit l WHERE l.id = v_limit AND l.lifted_at IS NULL
          AND (actor_is_system() OR l.scheme_id = ANY (actor_schemes(VARIADIC {RESTRICT_RECORDS})))
          AND (l.kind <> 'stealth' OR l.set_by_id = (SELECT actor_id()) OR actor_is_named(l.id)
               OR l.scheme_id = ANY (actor_schemes(VARIADIC {REVIEW_EMERGENCIES})))
          AND (l.set_by_id = (SELECT actor_id()) OR l.person_id <> ALL (actor_barred_by('{exclusion}')))
    )
$$;

-- Emergency access: to a record that one may be told of, past a restriction and nothing else, for so many minutes, and
-- not while so many earlier uses of one's own wait for review.
CREATE OR REPLACE FUNCTION actor_may_break(v_person bigint, v_compartments text[], v_until timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT cardinality(v_compartments) > 0 AND v_compartments <@ {BREAKABLE}
       AND v_until <= statement_timestamp() + interval '{EMERGENCY_MINUTES} minutes' + interval '1 minute'
       AND coalesce(guard_scheme_of(v_person) = ANY (actor_schemes(VARIADIC {BREAK_GLASS})), false)
       AND v_person <> ALL (actor_barred_by('{exclusion,stealth}'))
       AND {MOST_UNREVIEWED} > (
           SELECT count(*) FROM access_grant g
           WHERE g.user_id = (SELECT actor_id()) AND g.person_id = v_person AND g.basis = 'break_glass'
             AND NOT EXISTS (SELECT 1 FROM access_emergencyreview r WHERE r.grant_id = g.id))
$$;

-- An answer to a request: whoever decides passes on what their own grants open, also past a limit, and to another.
CREATE OR REPLACE FUNCTION actor_may_allow(
    v_user bigint, v_person bigint, v_compartments text[], v_until timestamptz
) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT cardinality(v_compartments) > 0 AND v_user <> (SELECT actor_id()) AND v_until IS NOT NULL
       AND coalesce(guard_scheme_of(v_person) = ANY (actor_schemes(VARIADIC {DECIDE_ACCESS})), false)
       AND v_person <> ALL (actor_barred_by('{exclusion,stealth}')) AND actor_may_share_with(v_user, NULL)
       AND EXISTS (SELECT 1 FROM access_accessrequest r WHERE r.person_id = v_person AND r.asked_by_id = v_user
                   AND r.allowed AND r.decided_by_id = (SELECT actor_id()) AND v_compartments <@ r.compartments::text[])
       AND (SELECT bool_and(guard_holds(v_person, c, v_until)) FROM unnest(v_compartments) AS c)
$$;

-- A name is put on a limit by who sets it, until it is approved, and on a restriction by who allows a request: what two
-- have approved is not widened by one.
CREATE OR REPLACE FUNCTION actor_may_name(v_limit bigint, v_user bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT actor_restricts(v_limit) AND EXISTS (
        SELECT 1 FROM access_limit l WHERE l.id = v_limit AND (
            actor_is_system() OR (l.set_by_id = (SELECT actor_id()) AND l.approved_at IS NULL)
            OR (l.kind = 'restriction' AND EXISTS (
                SELECT 1 FROM access_accessrequest r WHERE r.person_id = l.person_id AND r.asked_by_id = v_user
                AND r.allowed AND r.decided_by_id = (SELECT actor_id()))))
    )
$$;

-- Whether a user or a team means the actor.
CREATE OR REPLACE FUNCTION actor_is_meant(v_user bigint, v_team bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(v_user = (SELECT actor_id()) OR v_team = ANY ((SELECT actor_teams())::bigint[]), false)
$$;

-- Whether the actor has agreed, at another's asking, that a limit name somebody or name them no more. The latest word
-- on a name counts: what was agreed once does not let its answerer undo what was agreed since.
CREATE OR REPLACE FUNCTION actor_agreed_to_name(v_limit bigint, v_user bigint, v_team bigint, v_adds boolean)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT actor_restricts(v_limit) AND EXISTS (
        SELECT 1 FROM access_namechange c
        WHERE c.limit_id = v_limit AND c.adds = v_adds AND c.answered_by_id = (SELECT actor_id())
          AND c.id = (SELECT max(last.id) FROM access_namechange last
                      WHERE last.limit_id = v_limit AND last.agreed
                        AND last.user_id IS NOT DISTINCT FROM v_user AND last.team_id IS NOT DISTINCT FROM v_team))
$$;
