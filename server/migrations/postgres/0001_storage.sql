-- The first schema. Like every migration it is never edited once it has landed: what changes later is a migration of its own.
--
-- Times are microseconds since 1970-01-01T00:00:00Z, ids are text that sorts byte by byte, hashes are bytes unless people read
-- them. The same schema stands in both folders, in the words of each database; the tests compare the two.

create table accounts (
    id text collate "C" not null,
    name text not null,
    created_at bigint not null,
    constraint accounts_pkey primary key (id),
    constraint accounts_id_check check (length(id) = 32)
);

create table users (
    id text collate "C" not null,
    email text collate "C" not null,
    name text not null,
    password_hash text not null,
    created_at bigint not null,
    constraint users_pkey primary key (id),
    constraint users_email_key unique (email),
    constraint users_id_check check (length(id) = 36)
);

create table memberships (
    user_id text collate "C" not null,
    account_id text collate "C" not null,
    constraint memberships_pkey primary key (user_id, account_id),
    constraint memberships_user_fkey foreign key (user_id) references users (id),
    constraint memberships_account_fkey foreign key (account_id) references accounts (id)
);

create index memberships_account_idx on memberships (account_id);

create table permissions (
    user_id text collate "C" not null,
    account_id text collate "C" not null,
    permission text collate "C" not null,
    constraint permissions_pkey primary key (user_id, account_id, permission),
    constraint permissions_membership_fkey foreign key (user_id, account_id) references memberships (user_id, account_id)
        on delete cascade
);

-- Whoever leaves a company is signed out of it.
create table sessions (
    id_hash bytea not null,
    user_id text collate "C" not null,
    account_id text collate "C" not null,
    created_at bigint not null,
    used_at bigint not null,
    constraint sessions_pkey primary key (id_hash),
    constraint sessions_membership_fkey foreign key (user_id, account_id) references memberships (user_id, account_id)
        on delete cascade,
    constraint sessions_id_hash_check check (length(id_hash) = 32)
);

create index sessions_membership_idx on sessions (user_id, account_id);
create index sessions_created_at_idx on sessions (created_at);
create index sessions_used_at_idx on sessions (used_at);

-- There is one set-up link at most: a new one takes the place of the old one.
create table setup_links (
    id bigint not null,
    token_hash bytea not null,
    created_at bigint not null,
    constraint setup_links_pkey primary key (id),
    constraint setup_links_one_check check (id = 1),
    constraint setup_links_token_hash_check check (length(token_hash) = 32)
);

-- What lists and pages show of a certificate is copied here from its newest contents.
create table certificates (
    id text collate "C" not null,
    account_id text collate "C" not null,
    name text not null,
    ca boolean not null,
    is_primary boolean not null,
    content_version bigint not null,
    fingerprint_sha256 text collate "C" not null,
    public_key_sha256 text collate "C" not null,
    subject text not null,
    issued_to text not null,
    issuer text not null,
    issuer_name text not null,
    serial_number text not null,
    key_type text not null,
    not_before bigint not null,
    not_after bigint not null,
    uploaded_on bigint not null,
    changed_at bigint not null,
    changed_by text not null,
    deleted_on bigint,
    is_destroyed boolean not null,
    version bigint not null,
    constraint certificates_pkey primary key (id),
    constraint certificates_account_id_key unique (account_id, id),
    constraint certificates_account_fkey foreign key (account_id) references accounts (id),
    constraint certificates_id_check check (length(id) = 36),
    constraint certificates_ca_check check (ca in (true, false)),
    constraint certificates_is_primary_check check (is_primary in (true, false)),
    constraint certificates_is_destroyed_check check (is_destroyed in (true, false)),
    constraint certificates_ca_never_primary_check check (not (ca and is_primary)),
    constraint certificates_destroyed_is_deleted_check check (not is_destroyed or deleted_on is not null),
    constraint certificates_fingerprint_check check (length(fingerprint_sha256) = 64),
    constraint certificates_public_key_check check (length(public_key_sha256) = 64),
    constraint certificates_content_version_check check (content_version >= 1),
    constraint certificates_version_check check (version >= 1)
);

create unique index certificates_primary_key on certificates (account_id)
    where is_primary and deleted_on is null;
create unique index certificates_fingerprint_key on certificates (account_id, fingerprint_sha256)
    where deleted_on is null;
create index certificates_list_idx on certificates (account_id, not_after, id)
    where deleted_on is null;
create index certificates_public_key_idx on certificates (account_id, public_key_sha256)
    where deleted_on is null;
create index certificates_deleted_idx on certificates (account_id, deleted_on desc, id)
    where deleted_on is not null and not is_destroyed;
create index certificates_destroy_idx on certificates (deleted_on)
    where deleted_on is not null and not is_destroyed;

-- The contents of a certificate: replacing them adds a version.
create table certificate_versions (
    certificate_id text collate "C" not null,
    content_version bigint not null,
    text text not null,
    stored_at bigint not null,
    constraint certificate_versions_pkey primary key (certificate_id, content_version),
    constraint certificate_versions_certificate_fkey foreign key (certificate_id) references certificates (id),
    constraint certificate_versions_content_version_check check (content_version >= 1)
);

-- The chain that a handshake sends: the leaf at position 0.
create table certificate_chains (
    certificate_id text collate "C" not null,
    content_version bigint not null,
    position bigint not null,
    der bytea not null,
    constraint certificate_chains_pkey primary key (certificate_id, content_version, position),
    constraint certificate_chains_version_fkey foreign key (certificate_id, content_version)
        references certificate_versions (certificate_id, content_version),
    constraint certificate_chains_position_check check (position >= 0),
    constraint certificate_chains_der_check check (length(der) > 0)
);

-- No key without its contents: whoever removes the contents has to destroy the key before. Both parts begin with a nonce of 24
-- bytes and end with a tag of 16.
create table sealed_keys (
    certificate_id text collate "C" not null,
    content_version bigint not null,
    master_key_version bigint not null,
    wrapped_data_key bytea not null,
    sealed bytea not null,
    constraint sealed_keys_pkey primary key (certificate_id, content_version),
    constraint sealed_keys_version_fkey foreign key (certificate_id, content_version)
        references certificate_versions (certificate_id, content_version),
    constraint sealed_keys_master_key_version_check check (master_key_version >= 1),
    constraint sealed_keys_wrapped_data_key_check check (length(wrapped_data_key) > 40),
    constraint sealed_keys_sealed_check check (length(sealed) > 40)
);

create index sealed_keys_master_key_version_idx on sealed_keys (master_key_version);

-- Who uses a certificate; the account is part of the reference, so nobody uses another company's.
create table certificate_users (
    account_id text collate "C" not null,
    certificate_id text collate "C" not null,
    name text collate "C" not null,
    status text collate "C" not null,
    constraint certificate_users_pkey primary key (account_id, certificate_id, name),
    constraint certificate_users_certificate_fkey foreign key (account_id, certificate_id)
        references certificates (account_id, id),
    constraint certificate_users_status_check check (status in ('active', 'inactive'))
);

create table master_key_checks (
    version bigint not null,
    sealed bytea not null,
    constraint master_key_checks_pkey primary key (version),
    constraint master_key_checks_version_check check (version >= 1),
    constraint master_key_checks_sealed_check check (length(sealed) > 40)
);

-- The end of each audit chain. A chain's name is its account's id, or `-` for what belongs to no account.
create table audit_chains (
    chain text collate "C" not null,
    account_id text collate "C",
    sequence bigint not null,
    hash bytea not null,
    constraint audit_chains_pkey primary key (chain),
    constraint audit_chains_account_fkey foreign key (account_id) references accounts (id),
    constraint audit_chains_chain_check check (chain = coalesce(account_id, '-')),
    constraint audit_chains_sequence_check check (sequence >= 0),
    constraint audit_chains_hash_check check (length(hash) = 32)
);

create table audit_entries (
    chain text collate "C" not null,
    sequence bigint not null,
    at bigint not null,
    actor_kind text collate "C" not null,
    actor_id text collate "C",
    actor_name text not null,
    address text collate "C",
    action text collate "C" not null,
    object_id text collate "C",
    object_name text not null,
    result text collate "C" not null,
    detail text not null,
    previous_hash bytea not null,
    hash bytea not null,
    constraint audit_entries_pkey primary key (chain, sequence),
    constraint audit_entries_chain_fkey foreign key (chain) references audit_chains (chain),
    constraint audit_entries_sequence_check check (sequence >= 1),
    constraint audit_entries_actor_kind_check check (actor_kind in ('person', 'token', 'command_line', 'nobody')),
    constraint audit_entries_result_check check (result in ('done', 'refused')),
    constraint audit_entries_previous_hash_check check (length(previous_hash) = 32),
    constraint audit_entries_hash_check check (length(hash) = 32)
);
