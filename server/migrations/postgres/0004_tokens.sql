-- API tokens, and what the audit log is searched by.

-- A token that is revoked stays, so that its use is recognised and recorded.
create table tokens (
    id text collate "C" not null,
    account_id text collate "C" not null,
    name text not null,
    beginning text collate "C" not null,
    secret_hash bytea not null,
    created_at bigint not null,
    created_by text not null,
    expires_at bigint,
    used_at bigint,
    revoked_at bigint,
    constraint tokens_pkey primary key (id),
    constraint tokens_secret_hash_key unique (secret_hash),
    constraint tokens_account_fkey foreign key (account_id) references accounts (id),
    constraint tokens_id_check check (length(id) = 32),
    constraint tokens_secret_hash_check check (length(secret_hash) = 32)
);

create index tokens_list_idx on tokens (account_id, created_at, id)
    where revoked_at is null;

create table token_scopes (
    token_id text collate "C" not null,
    scope text collate "C" not null,
    constraint token_scopes_pkey primary key (token_id, scope),
    constraint token_scopes_token_fkey foreign key (token_id) references tokens (id)
);

-- Newest first is by time, then by number. Whoever has no id is found by kind.
create index audit_entries_time_idx on audit_entries (chain, at, sequence);
create index audit_entries_actor_idx on audit_entries (chain, coalesce(actor_id, actor_kind), at, sequence);
create index audit_entries_action_idx on audit_entries (chain, action, at, sequence);
create index audit_entries_object_idx on audit_entries (chain, object_id, at, sequence);
create index audit_entries_object_name_idx on audit_entries (chain, lower(object_name), at, sequence);
