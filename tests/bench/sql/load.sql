-- Jobs and their histories, in order of creation. `seed` is a job's own random number, the same in
-- every run. Foreign keys are not checked one by one: both sides are written here.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET work_mem = '512MB';
SET maintenance_work_mem = '1GB';

CREATE TEMP TABLE made AS
SELECT number,
       created_at,
       seed,
       CASE WHEN number %% greatest(%(jobs)s / %(long_histories)s, 1) = 1 THEN 1002
            WHEN %(jobs)s - number < %(jobs)s / 300 THEN 1000 + seed %% 5 / 3
            ELSE seed %% 1000 END AS life,
       CASE WHEN number %% greatest(%(jobs)s / %(long_histories)s, 1) = 1 THEN 1
            ELSE 5 + seed / 1000 %% 900 END AS pace,  -- seconds from one entry to the next
       (ARRAY['train', 'simulate', 'render', 'align', 'ingest', 'report', 'backup', 'index'])
           [1 + least(7, floor(-ln((1 + seed / 7 %% 9999) / 10000.0) * 1.6)::int)]
           || '-' || substr(md5(seed::text), 1, 6) || '-' || number AS name,
       -- UUIDv7: milliseconds, the rest of the microseconds as a fraction, 62 random bits
       (lpad(to_hex(micros / 1000), 12, '0') || '7'
           || lpad(to_hex((micros %% 1000 * 4096 + 999) / 1000), 3, '0')
           || substr('89ab', 1 + (seed %% 4)::int, 1)
           || substr(md5(number::text || 'tail'), 1, 15))::uuid AS id
  FROM (SELECT number,
               micros,
               'epoch'::timestamptz + micros * interval '1 microsecond' AS created_at,
               abs(hashint8extended(number, 7) / 2) AS seed
          FROM generate_series(1, %(jobs)s) AS number,
               LATERAL (SELECT 1704067200000000 + 60000000000000 / %(jobs)s * number
                        + abs(hashint8extended(number, 11) / 2) %% (60000000000000 / %(jobs)s)
                        AS micros) AS moment) AS moments;

INSERT INTO jobs_job (id, name, name_folded, state, state_changed_at, version, created_at,
                      started_at, finished_at, created_by_id)
SELECT id, name, lower(name), states[length], changed_at, length, created_at,
       created_at + (started - 1) * pace * interval '1 second',
       CASE WHEN finished THEN changed_at END,
       %(actor)s
  FROM made
  JOIN life ON life.number = made.life,
       LATERAL (SELECT cardinality(states) AS length) AS l,
       LATERAL (SELECT created_at + (length - 1) * pace * interval '1 second' AS changed_at) AS c
 ORDER BY id;

INSERT INTO jobs_jobstatus (job_id, state, previous_state, message, created_at, set_by_id)
SELECT made.id, state, states[step - 1],
       CASE state WHEN 'FAILED' THEN 'Exit code ' || 1 + seed %% 3 || ': out of memory on node-' || seed %% 97
                  WHEN 'CANCELLED' THEN 'No longer needed' END,
       created_at + (step - 1) * pace * interval '1 second' AS at,
       %(actor)s
  FROM made
  JOIN life ON life.number = made.life,
       unnest(states) WITH ORDINALITY AS entry (state, step)
 ORDER BY at, made.id, step;

DROP TABLE made, life;
SET session_replication_role = origin;
