-- Who works with a person whom the actor sees: holders of a grant of that one person; not those who see them with a
-- whole scheme or with the lead's team, nor for an emergency.
CREATE OR REPLACE FUNCTION actor_linked_users(v_person bigint) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH holding AS (
        SELECT g.user_id, g.team_id FROM access_grant g
        WHERE g.person_id = v_person AND g.basis NOT IN ('team', 'break_glass')
          AND g.starts_at <= statement_timestamp() AND (g.ends_at IS NULL OR g.ends_at > statement_timestamp())
    ), linked AS (
        SELECT user_id FROM holding WHERE user_id IS NOT NULL
        UNION
        SELECT m.user_id FROM holding h JOIN access_posting m ON m.team_id = h.team_id
        WHERE m.starts <= current_date AND (m.ends IS NULL OR m.ends > current_date)
    )
    SELECT coalesce(array_agg(u.id), '{}') FROM linked l JOIN access_user u ON u.id = l.user_id
    WHERE u.is_active AND NOT u.is_system AND EXISTS (SELECT 1 FROM people_person p WHERE p.id = v_person)
$$;
