-- What PostGraphile shows as mutations: the transactions that Jobtrail's services make, and counts.
CREATE SCHEMA bench;

CREATE FUNCTION bench.create_job(name text) RETURNS public.jobs_job
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    job public.jobs_job;
    fresh uuid := uuidv7();
    at timestamptz := uuid_extract_timestamp(fresh);
BEGIN
    INSERT INTO public.jobs_job
           (id, name, name_folded, state, state_changed_at, version, created_at, created_by_id)
    VALUES (fresh, create_job.name, lower(create_job.name), 'PENDING', at, 1, at, 1)
    RETURNING * INTO job;
    INSERT INTO public.jobs_jobstatus (job_id, state, created_at, set_by_id)
    VALUES (fresh, 'PENDING', at, 1);
    RETURN job;
END $$;

CREATE FUNCTION bench.set_job_status(job_id uuid, state text, message text)
RETURNS public.jobs_jobstatus
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    job public.jobs_job;
    entry public.jobs_jobstatus;
    at timestamptz;
BEGIN
    SELECT * INTO job FROM public.jobs_job j WHERE j.id = set_job_status.job_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no job with this id.';
    END IF;
    IF NOT set_job_status.state = ANY (CASE job.state
        WHEN 'PENDING' THEN ARRAY['RUNNING', 'CANCELLED', 'FAILED']
        WHEN 'RUNNING' THEN ARRAY['COMPLETED', 'FAILED', 'CANCELLED']
        WHEN 'FAILED' THEN ARRAY['PENDING']
        WHEN 'CANCELLED' THEN ARRAY['PENDING']
        ELSE ARRAY[]::text[] END) THEN
        RAISE EXCEPTION 'A job that is % can not become %.', job.state, set_job_status.state;
    END IF;
    at := greatest(clock_timestamp(), job.state_changed_at);
    INSERT INTO public.jobs_jobstatus (job_id, state, previous_state, message, created_at, set_by_id)
    VALUES (job.id, set_job_status.state, job.state, set_job_status.message, at, 1)
    RETURNING * INTO entry;
    UPDATE public.jobs_job j
       SET state = set_job_status.state,
           state_changed_at = at,
           version = j.version + 1,
           started_at = CASE set_job_status.state
               WHEN 'RUNNING' THEN at WHEN 'PENDING' THEN NULL ELSE j.started_at END,
           finished_at = CASE
               WHEN set_job_status.state IN ('COMPLETED', 'FAILED', 'CANCELLED') THEN at END
     WHERE j.id = job.id;
    RETURN entry;
END $$;

CREATE TYPE bench.state_count AS (state text, count bigint);

CREATE FUNCTION bench.job_counts() RETURNS SETOF bench.state_count
LANGUAGE sql STABLE AS 'SELECT state, count(*) FROM public.jobs_job GROUP BY state';
