-- Several companies, and who may come in: each place in a company has a version, so that a change based on an old state is noticed,
-- and says when its person last came in. For places that were made before, nobody knows.

alter table memberships add column version bigint not null default 1;
alter table memberships add column changed_by text not null default '';
alter table memberships add column changed_at bigint not null default 0;
alter table memberships add column signed_in_at bigint;

-- One-time links. There is one at most for an address in a company: a new one takes the place of the old one.
create table invitations (
    id text collate "C" not null,
    account_id text collate "C" not null,
    email text collate "C" not null,
    permissions text collate "C" not null,
    token_hash bytea not null,
    invited_by text not null,
    created_at bigint not null,
    constraint invitations_pkey primary key (id),
    constraint invitations_email_key unique (account_id, email),
    constraint invitations_token_hash_key unique (token_hash),
    constraint invitations_account_fkey foreign key (account_id) references accounts (id),
    constraint invitations_id_check check (length(id) = 36),
    constraint invitations_token_hash_check check (length(token_hash) = 32)
);

create index invitations_created_at_idx on invitations (created_at);
