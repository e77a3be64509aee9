-- The trail of changes: one generic trigger function a statement, reading the transition tables. It writes as the
-- owner, so the application needs no right on the trail and cannot forge it; without an actor it refuses the write.
-- Images go to a table of their own, from which they can be erased; the event keeps their salted digest. Secrets such
-- as a password's hash are left out of the images, and only named among the columns that changed.
CREATE OR REPLACE FUNCTION trail_capture() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_key text := TG_ARGV[0];
    v_person text := coalesce(TG_ARGV[1], '');
    v_actor bigint := actor_id();
    v_request text := coalesce(current_setting('trellis.request', true), '');
    v_rows text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        v_rows := 'SELECT n.%1$I AS key, %2$s AS person, NULL::jsonb AS old, to_jsonb(n) AS new FROM new_rows n';
    ELSIF TG_OP = 'DELETE' THEN
        v_rows := 'SELECT n.%1$I AS key, %2$s AS person, to_jsonb(n) AS old, NULL::jsonb AS new FROM old_rows n';
    ELSE
        v_rows := 'SELECT coalesce(n.%1$I, o.%1$I) AS key, %2$s AS person, to_jsonb(o) AS old, to_jsonb(n) AS new'
            ' FROM new_rows n FULL JOIN old_rows o ON n.%1$I = o.%1$I';
    END IF;
    v_rows := format(v_rows, v_key, CASE WHEN v_person = '' THEN 'NULL::bigint' ELSE format('n.%I', v_person) END);
    EXECUTE 'WITH changed AS MATERIALIZED (
        SELECT nextval(''audit_changeevent_id_seq'') AS id, gen_random_uuid() AS salt, key, person,
            old - $5 AS before, new - $5 AS after,
            CASE WHEN $4 = ''update'' THEN ARRAY(
                SELECT c.key FROM jsonb_each(coalesce(new, old)) c WHERE c.value IS DISTINCT FROM old -> c.key ORDER BY 1
            ) ELSE ''{}'' END AS columns
        FROM (' || v_rows || ') r
    ), imaged AS (
        INSERT INTO audit_changeimage (event_id, salt, before, after) SELECT id, salt, before, after FROM changed
    ), awaiting AS (
        INSERT INTO audit_unsealed (change_id) SELECT id FROM changed
    )
    INSERT INTO audit_changeevent
        (id, at, actor_id, request_id, transaction, table_name, action, row_id, person_id, columns, digest)
    SELECT id, clock_timestamp(), $1, $2, txid_current(), $3, $4, key::text, person, columns,
        sha256(uuid_send(salt) || convert_to(json_build_array(before, after)::text, ''UTF8''))
    FROM changed'
    USING v_actor, v_request, TG_TABLE_NAME, lower(TG_OP), TG_ARGV[2]::text[];
    RETURN NULL;
END $$;

-- Erasing an image is itself an event, without images: what was erased is gone, that it was erased is not.
CREATE OR REPLACE FUNCTION trail_note_erasure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_actor bigint := actor_id();
BEGIN
    WITH erased AS (
        INSERT INTO audit_changeevent
            (at, actor_id, request_id, transaction, table_name, action, row_id, person_id, columns, digest)
        SELECT clock_timestamp(), v_actor, coalesce(current_setting('trellis.request', true), ''), txid_current(),
            TG_TABLE_NAME, 'delete', o.event_id::text, NULL, '{}', ''
        FROM old_rows o
        RETURNING id
    )
    INSERT INTO audit_unsealed (change_id) SELECT id FROM erased;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION trail_await_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO audit_unsealed (access_id) SELECT id FROM new_rows;
    RETURN NULL;
END $$;

-- The sealer is one system actor of its own: no other part of the system reads the whole trail or adds to its chain.
CREATE OR REPLACE FUNCTION actor_is_sealer() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT is_system AND username = 'sealer' FROM access_user WHERE id = actor_id()), false)
$$;

CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The trail is append-only: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- What a policy cannot say, because it sees a row only before or only after: the trigger's condition has decided.
CREATE OR REPLACE FUNCTION guard_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%: refused for %', TG_ARGV[0], TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

-- Who last changed a row about somebody, and when, for whoever sees that row: what a writer is told whose page has aged.
CREATE OR REPLACE FUNCTION actor_told_of_change(v_table regclass, v_row bigint, v_person bigint)
RETURNS TABLE (user_id bigint, at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_seen boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s WHERE id = $1)', v_table) INTO v_seen USING v_row;
    IF v_seen THEN
        RETURN QUERY
            SELECT e.actor_id, e.at FROM audit_changeevent e
            WHERE e.person_id = v_person AND e.table_name = v_table::text AND e.row_id = v_row::text
            ORDER BY e.id DESC LIMIT 1;
    END IF;
END $$;
