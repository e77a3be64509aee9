-- The trail of changes: one generic trigger function a statement, reading the transition tables. It writes as the
-- owner, so the application needs no right on the trail and cannot forge it; without an actor it refuses the write.
-- Secrets such as a password's hash are left out of the images: whoever reads the trail has no use for them.
CREATE OR REPLACE FUNCTION trail_capture() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_key text := TG_ARGV[0];
    v_person text := coalesce(nullif(TG_ARGV[1], ''), '');
    v_secret text := quote_literal(TG_ARGV[2]);
    v_actor bigint := actor_id();
    v_request text := coalesce(current_setting('trellis.request', true), '');
    v_source text;
    v_before text;
    v_after text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        v_source := 'new_rows n'; v_before := 'NULL::jsonb'; v_after := format('to_jsonb(n) - %s::text[]', v_secret);
    ELSIF TG_OP = 'DELETE' THEN
        v_source := 'old_rows n'; v_before := format('to_jsonb(n) - %s::text[]', v_secret); v_after := 'NULL::jsonb';
    ELSE
        v_source := format('new_rows n FULL JOIN old_rows o ON n.%1$I = o.%1$I', v_key);
        v_before := format('to_jsonb(o) - %s::text[]', v_secret); v_after := format('to_jsonb(n) - %s::text[]', v_secret);
    END IF;
    EXECUTE format(
        'INSERT INTO audit_changeevent (at, actor_id, request_id, transaction, table_name, action, row_id, person_id, before, after)
         SELECT clock_timestamp(), $1, $2, txid_current(), $3, $4, %1$s::text, %2$s, %3$s, %4$s FROM %5$s',
        CASE WHEN TG_OP = 'UPDATE' THEN format('coalesce(n.%1$I, o.%1$I)', v_key) ELSE format('n.%I', v_key) END,
        CASE WHEN v_person = '' THEN 'NULL::bigint' ELSE format('n.%I', v_person) END,
        v_before, v_after, v_source
    ) USING v_actor, v_request, TG_TABLE_NAME, lower(TG_OP);
    RETURN NULL;
END $$;

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
