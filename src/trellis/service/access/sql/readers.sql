-- Who has seen one person's record, for whoever may be told and sees that person. Each event names everybody whom its
-- page showed; here it tells of one alone: how many more there were, never who. The trail's table is not forced on the
-- owner, so that the index on whom events name can be used, which row security would forbid the application.
CREATE OR REPLACE FUNCTION actor_readers_of(
    v_person bigint, v_since timestamptz, v_until timestamptz, v_most integer
) RETURNS TABLE (
    event_id uuid, at timestamptz, user_id bigint, agency_id bigint, request_id text, method text, page text,
    status integer, others integer, detail jsonb, bases text[]
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_scheme bigint;
    v_path text;
BEGIN
    -- The person's row is read as the actor sees it: row security is forced on the owner of this function too.
    SELECT p.scheme_id, coalesce(a.path, '/') INTO v_scheme, v_path
    FROM people_person p LEFT JOIN schemes_area a ON a.id = p.area_id WHERE p.id = v_person;
    IF v_scheme IS NULL OR NOT actor_has_role(VARIADIC {SEE_READERS}) THEN
        RETURN;
    END IF;
    RETURN QUERY
        WITH found AS (
            SELECT e.* FROM audit_accessevent e
            WHERE e.person_ids @> ARRAY[v_person] AND e.at >= v_since AND e.at < v_until
            UNION ALL
            SELECT e.* FROM audit_accessevent e
            WHERE e.detail ? 'asked_for' AND e.detail -> 'asked_for' = to_jsonb(v_person)
              AND NOT e.person_ids @> ARRAY[v_person] AND e.at >= v_since AND e.at < v_until
        ), latest AS (
            SELECT * FROM found ORDER BY at DESC, id DESC LIMIT v_most
        )
        SELECT e.id, e.at, e.actor_id, e.agency_id, e.request_id::text, e.method::text, e.page::text,
               e.status::integer, cardinality(e.person_ids) - shown.this_one::integer,
               told.detail || CASE WHEN shown.this_one THEN '{}' ELSE '{"not_shown": true}' END::jsonb, held.bases
        FROM latest e
        -- Whoever is told that a record is held, or asks for it, is not shown the person.
        CROSS JOIN LATERAL (SELECT e.person_ids @> ARRAY[v_person] AS this_one) shown
        -- Only what was said of the act itself: a detail may hold what a search found.
        CROSS JOIN LATERAL (
            SELECT coalesce(jsonb_object_agg(d.key, d.value), '{}'::jsonb) AS detail FROM jsonb_each(e.detail) d
            WHERE d.key IN ('reason', 'purpose', 'reason_for', 'export', 'emergency', 'asked_why')
        ) told
        -- On what the reader's sight rested at that moment: their grants and their teams', of this person or of stages
        -- in a place where the person stands now. What did not show the person rested on none.
        CROSS JOIN LATERAL (
            SELECT array_agg(DISTINCT g.basis::text) AS bases FROM access_grant g
            WHERE g.starts_at <= e.at AND (g.ends_at IS NULL OR g.ends_at > e.at)
              AND e.status < 400 AND shown.this_one
              AND (g.person_id = v_person
                   OR g.person_id IS NULL AND (g.scheme_id IS NULL OR g.scheme_id = v_scheme)
                      AND (g.area_id IS NULL OR EXISTS (
                          SELECT 1 FROM schemes_area granted
                          WHERE granted.id = g.area_id AND granted.path <> '/' AND starts_with(v_path, granted.path))))
              AND (g.user_id = e.actor_id OR g.team_id IN (
                  SELECT m.team_id FROM access_posting m
                  WHERE m.user_id = e.actor_id AND m.agency_id = e.agency_id
                    AND m.starts <= e.at::date AND (m.ends IS NULL OR m.ends > e.at::date)))
        ) held
        ORDER BY e.at DESC, e.id DESC;
END $$;
