-- Who works with a person whom the actor sees: holders of a grant of that one person, and whoever covers for them. Not
-- those who see them with a whole scheme, as a colleague in the lead's team, or for an emergency.
CREATE OR REPLACE FUNCTION actor_linked_users(v_person bigint) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH holding AS (
        SELECT g.user_id, g.team_id FROM access_grant g
        WHERE g.person_id = v_person AND g.basis NOT IN ('team', 'break_glass')
          AND g.starts_at <= statement_timestamp() AND (g.ends_at IS NULL OR g.ends_at > statement_timestamp())
    ), posted AS (
        SELECT m.user_id, m.team_id FROM access_posting m
        WHERE m.team_id IS NOT NULL AND m.starts <= actor_today() AND (m.ends IS NULL OR m.ends > actor_today())
    ), linked AS (
        SELECT user_id FROM holding WHERE user_id IS NOT NULL
        UNION
        SELECT m.user_id FROM holding h JOIN posted m ON m.team_id = h.team_id
        WHERE NOT EXISTS (SELECT 1 FROM holding o JOIN posted c ON c.user_id = o.user_id WHERE c.team_id = h.team_id)
        UNION
        SELECT c.covered_by_id FROM holding h JOIN access_cover c ON c.user_id = h.user_id
        WHERE c.starts <= actor_today() AND c.ends > actor_today()
    )
    SELECT coalesce(array_agg(u.id), '{}') FROM linked l JOIN access_user u ON u.id = l.user_id
    WHERE u.is_active AND NOT u.is_system AND EXISTS (SELECT 1 FROM people_person p WHERE p.id = v_person)
$$;
