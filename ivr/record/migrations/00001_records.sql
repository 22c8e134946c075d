-- What SQLite and PostgreSQL both understand. Moments are ms since 1970 in UTC,
-- lengths are ms. A text that is not known is empty.

-- +goose Up

-- events is what happened, and all the other tables of calls and tasks are made of
-- it: the rows of one subject anew with each event of it. A key is made of an
-- event's content, entry is its place in the stream (ms * 2^20 + n).
CREATE TABLE events (
  key     TEXT PRIMARY KEY,
  entry   BIGINT NOT NULL,
  kind    TEXT NOT NULL, -- call, task or agent
  subject TEXT NOT NULL, -- id of the call or task, login of the agent
  at      BIGINT NOT NULL,
  name    TEXT NOT NULL,
  body    TEXT NOT NULL  -- JSON
);
CREATE INDEX events_subject ON events (kind, subject, entry);
CREATE INDEX events_at ON events (at);

CREATE TABLE calls (
  id      TEXT PRIMARY KEY,
  caller  TEXT NOT NULL, -- HMAC of the number
  started BIGINT NOT NULL,
  ended   BIGINT,
  outcome TEXT NOT NULL,
  ended_by TEXT NOT NULL,
  node    TEXT NOT NULL, -- it ended in
  reason  TEXT NOT NULL,
  article TEXT NOT NULL, -- heard last
  queue   TEXT NOT NULL, -- waited in last
  asked_agent BOOLEAN NOT NULL
);
CREATE INDEX calls_started ON calls (started);
CREATE INDEX calls_caller ON calls (caller, started);

-- queue_stays: one task's time in one queue.
CREATE TABLE queue_stays (
  task     TEXT NOT NULL,
  stay     BIGINT NOT NULL, -- 1, 2, …
  call     TEXT NOT NULL,
  queue    TEXT NOT NULL,
  caller   TEXT NOT NULL,
  lang     TEXT NOT NULL,
  callback BOOLEAN NOT NULL, -- a call back that is owed, not somebody who waits
  again    TEXT NOT NULL,    -- why, when the caller did not come from the flow
  offered  BOOLEAN NOT NULL, -- is counted as a caller of the queue
  position BIGINT NOT NULL,
  entered  BIGINT NOT NULL,
  wait     BIGINT NOT NULL,
  result   TEXT NOT NULL, -- empty: waits still
  reason   TEXT NOT NULL,
  agent    TEXT NOT NULL, -- who talked last
  talk     BIGINT NOT NULL,
  hold     BIGINT NOT NULL,
  wrap     BIGINT NOT NULL,
  ended    BIGINT,        -- the last talk, or the wait without one
  ended_by TEXT NOT NULL,
  PRIMARY KEY (task, stay)
);
CREATE INDEX queue_stays_entered ON queue_stays (entered);
CREATE INDEX queue_stays_caller ON queue_stays (caller);
CREATE INDEX queue_stays_call ON queue_stays (call);

-- legs: one agent's phone that rang for a task.
CREATE TABLE legs (
  task   TEXT NOT NULL,
  leg    BIGINT NOT NULL, -- 1, 2, …
  call   TEXT NOT NULL,
  queue  TEXT NOT NULL,
  agent  TEXT NOT NULL,
  rang   BIGINT NOT NULL,
  ring   BIGINT NOT NULL,
  result TEXT NOT NULL, -- answered, no_answer or canceled
  reason TEXT NOT NULL,
  talk   BIGINT NOT NULL,
  hold   BIGINT NOT NULL,
  ended  BIGINT,
  ended_by TEXT NOT NULL,
  transferred_to TEXT NOT NULL,
  PRIMARY KEY (task, leg)
);
CREATE INDEX legs_agent ON legs (agent, rang);
CREATE INDEX legs_rang ON legs (rang);

CREATE TABLE wrap_ups (
  key   TEXT PRIMARY KEY,
  entry BIGINT NOT NULL,
  task  TEXT NOT NULL,
  call  TEXT NOT NULL,
  queue TEXT NOT NULL,
  agent TEXT NOT NULL,
  at    BIGINT NOT NULL,
  wrap  BIGINT NOT NULL,
  code  TEXT NOT NULL,
  note  TEXT NOT NULL
);
CREATE INDEX wrap_ups_task ON wrap_ups (task);
CREATE INDEX wrap_ups_at ON wrap_ups (at);

-- agent_states: each lasts until the agent's next one.
CREATE TABLE agent_states (
  key    TEXT PRIMARY KEY,
  entry  BIGINT NOT NULL,
  agent  TEXT NOT NULL,
  at     BIGINT NOT NULL,
  state  TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX agent_states_agent ON agent_states (agent, at);
CREATE INDEX agent_states_at ON agent_states (at);

CREATE TABLE accounts (
  login    TEXT PRIMARY KEY,
  name     TEXT NOT NULL,
  role     TEXT NOT NULL,
  hash     TEXT NOT NULL,
  queues   TEXT NOT NULL, -- JSON
  skills   TEXT NOT NULL, -- JSON
  device   TEXT NOT NULL,
  disabled BOOLEAN NOT NULL,
  changed  BIGINT NOT NULL
);

-- +goose Down
DROP TABLE accounts;
DROP TABLE agent_states;
DROP TABLE wrap_ups;
DROP TABLE legs;
DROP TABLE queue_stays;
DROP TABLE calls;
DROP TABLE events;
