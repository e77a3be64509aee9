-- Who acts in this transaction. The application names its actor with set_config(..., true), so the name ends with
-- the transaction; '' is what the setting reads once it has been used and cleared.
CREATE OR REPLACE FUNCTION actor_id() RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
    v_actor text := nullif(current_setting('trellis.actor', true), '');
BEGIN
    IF v_actor IS NULL THEN
        RAISE EXCEPTION 'Nobody is named as the actor of this transaction' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN v_actor::bigint;
END $$;

CREATE OR REPLACE FUNCTION actor_agency_id() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT nullif(current_setting('trellis.agency', true), '')::bigint
$$;

CREATE OR REPLACE FUNCTION actor_is_system() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT is_system AND username <> 'anonymous' FROM access_user WHERE id = actor_id()), false)
$$;

CREATE OR REPLACE FUNCTION actor_is_live() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT is_active FROM access_user WHERE id = actor_id()), false)
$$;
