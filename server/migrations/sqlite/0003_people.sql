-- Several companies, and who may come in: each place in a company has a version, so that a change based on an old state is noticed,
-- and says when its person last came in. For places that were made before, nobody knows.

alter table memberships add column version integer not null default 1;
alter table memberships add column changed_by text not null default '';
alter table memberships add column changed_at integer not null default 0;
alter table memberships add column signed_in_at integer;

-- One-time links. There is one at most for an address in a company: a new one takes the place of the old one.
create table invitations (
    id text not null,
    account_id text not null,
    email text not null,
    permissions text not null,
    token_hash blob not null,
    invited_by text not null,
    created_at integer not null,
    constraint invitations_pkey primary key (id),
    constraint invitations_email_key unique (account_id, email),
    constraint invitations_token_hash_key unique (token_hash),
    constraint invitations_account_fkey foreign key (account_id) references accounts (id),
    constraint invitations_id_check check (length(id) = 36),
    constraint invitations_token_hash_check check (length(token_hash) = 32)
) strict;

create index invitations_created_at_idx on invitations (created_at);
