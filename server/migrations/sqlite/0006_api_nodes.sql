-- API nodes: calls that go out with a certificate. A certificate's users are its nodes, which take the place of `certificate_users`.

drop table certificate_users;

-- No certificate id: it follows the primary. The account is part of each reference, so nobody uses another company's certificate.
create table api_nodes (
    id text not null,
    account_id text not null,
    name text not null,
    name_comparable text not null,
    method text not null,
    url text not null,
    body text not null,
    timeout_ms integer not null,
    follow_redirects integer not null,
    server_ca text,
    mtls_enabled integer not null,
    certificate_id text,
    created_at integer not null,
    changed_at integer not null,
    changed_by text not null,
    version integer not null,
    constraint api_nodes_pkey primary key (id),
    constraint api_nodes_account_fkey foreign key (account_id) references accounts (id),
    constraint api_nodes_server_ca_fkey foreign key (account_id, server_ca) references certificates (account_id, id),
    constraint api_nodes_certificate_fkey foreign key (account_id, certificate_id) references certificates (account_id, id),
    constraint api_nodes_id_check check (length(id) = 36),
    constraint api_nodes_follow_redirects_check check (follow_redirects in (true, false)),
    constraint api_nodes_mtls_enabled_check check (mtls_enabled in (true, false)),
    constraint api_nodes_timeout_check check (timeout_ms > 0),
    constraint api_nodes_version_check check (version >= 1)
) strict;

create index api_nodes_list_idx on api_nodes (account_id, name_comparable, id);
create index api_nodes_certificate_idx on api_nodes (account_id, certificate_id, mtls_enabled)
    where certificate_id is not null;
create index api_nodes_primary_idx on api_nodes (account_id)
    where certificate_id is null and mtls_enabled;
create index api_nodes_server_ca_idx on api_nodes (account_id, server_ca)
    where server_ca is not null;

-- A secret header's value is not here but sealed.
create table api_node_headers (
    node_id text not null,
    position integer not null,
    name text not null,
    value text not null,
    is_secret integer not null,
    constraint api_node_headers_pkey primary key (node_id, position),
    constraint api_node_headers_node_fkey foreign key (node_id) references api_nodes (id) on delete cascade,
    constraint api_node_headers_position_check check (position >= 0),
    constraint api_node_headers_is_secret_check check (is_secret in (true, false)),
    constraint api_node_headers_value_check check (not is_secret or value = '')
) strict;

create table sealed_headers (
    node_id text not null,
    position integer not null,
    master_key_version integer not null,
    wrapped_data_key blob not null,
    sealed blob not null,
    constraint sealed_headers_pkey primary key (node_id, position),
    constraint sealed_headers_header_fkey foreign key (node_id, position)
        references api_node_headers (node_id, position) on delete cascade,
    constraint sealed_headers_master_key_version_check check (master_key_version >= 1),
    constraint sealed_headers_wrapped_data_key_check check (length(wrapped_data_key) > 40),
    constraint sealed_headers_sealed_check check (length(sealed) >= 40)
) strict;

create index sealed_headers_master_key_version_idx on sealed_headers (master_key_version);

-- Real calls: how many, how many of them failed, and how the last one ended. Written every few seconds, not with each call.
create table api_node_uses (
    node_id text not null,
    calls integer not null,
    failures integer not null,
    used_at integer not null,
    result text not null,
    host text not null,
    constraint api_node_uses_pkey primary key (node_id),
    constraint api_node_uses_node_fkey foreign key (node_id) references api_nodes (id) on delete cascade
) strict;

create table certificate_uses (
    certificate_id text not null,
    calls integer not null,
    failures integer not null,
    used_at integer not null,
    result text not null,
    host text not null,
    constraint certificate_uses_pkey primary key (certificate_id),
    constraint certificate_uses_certificate_fkey foreign key (certificate_id) references certificates (id)
) strict;
