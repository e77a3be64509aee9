-- Which kinds of record the agency that acts may read, beside its own. Rules: trellis.rules.need_to_know.
CREATE OR REPLACE FUNCTION actor_shared() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN actor_is_system() THEN '{*}' ELSE (
        SELECT coalesce(array_agg(DISTINCT shared), '{}')
        FROM access_sharingagreement a JOIN access_agreementparty p ON p.agreement_id = a.id, unnest(p.shares) AS shared
        WHERE p.agency_id = actor_agency_id()
          AND a.scheme_id IN (SELECT scheme_id FROM actor_postings())
          AND a.starts <= actor_today() AND (a.ends IS NULL OR a.ends > actor_today())
    ) END
$$;

CREATE OR REPLACE FUNCTION actor_reads(v_model text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM unnest(actor_shared()) AS shared
        WHERE shared IN ('*', v_model) OR starts_with(shared, v_model || '.')
    )
$$;

-- Whether one field of a kind is read: a search tells what it was found by.
CREATE OR REPLACE FUNCTION actor_reads_field(v_model text, v_field text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM unnest(actor_shared()) AS shared WHERE shared IN ('*', v_model, v_model || '.' || v_field))
$$;

-- Whether something new may be opened to that user or team: of one's own agency, or of one whose agreement is reviewed.
CREATE OR REPLACE FUNCTION actor_may_share_with(v_user bigint, v_team bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM (
            SELECT agency_id FROM access_posting
            WHERE user_id = v_user AND starts <= actor_today() AND (ends IS NULL OR ends > actor_today())
            UNION SELECT agency_id FROM schemes_team WHERE id = v_team
        ) AS theirs
        WHERE theirs.agency_id = actor_agency_id() OR EXISTS (
            SELECT 1 FROM access_sharingagreement a JOIN access_agreementparty p ON p.agreement_id = a.id
            WHERE p.agency_id = theirs.agency_id AND a.scheme_id IN (SELECT scheme_id FROM actor_postings())
              AND a.starts <= actor_today() AND (a.ends IS NULL OR a.ends > actor_today())
              AND a.review_on >= actor_today())
    )
$$;

CREATE OR REPLACE FUNCTION actor_manages_agreement(v_agreement bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT actor_is_system() OR EXISTS (
        SELECT 1 FROM access_sharingagreement a
        WHERE a.id = v_agreement AND a.scheme_id = ANY (actor_schemes(VARIADIC {MANAGE_AGREEMENTS}))
    )
$$;

-- Names the actor of the transaction and returns what the agency they act for may read.
CREATE OR REPLACE FUNCTION actor_begin(v_actor text, v_agency text, v_request text) RETURNS text[]
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('trellis.actor', v_actor, true), set_config('trellis.agency', v_agency, true),
            set_config('trellis.request', v_request, true);
    RETURN CASE WHEN v_actor = '' THEN '{}' ELSE actor_shared() END;
END $$;
