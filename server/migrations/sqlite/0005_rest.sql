-- What the REST API says of a certificate, hosts that it may be presented to, earlier contents, and counts that are kept.

-- Issuer and signature algorithm in the words of the REST API. Empty for what was stored before: the program fills it in at its start.
alter table certificates add column api_issuer text not null default '';
alter table certificates add column signature text not null default '';
-- Separated by blanks; empty for any.
alter table certificates add column allowed_hosts text not null default '';

create index certificates_uploaded_idx on certificates (account_id, uploaded_on, id)
    where deleted_on is null;
create index certificates_uploaded_ca_idx on certificates (account_id, ca, uploaded_on, id)
    where deleted_on is null;
create index certificates_undescribed_idx on certificates (id)
    where signature = '' and not is_destroyed;

-- When other contents took their place, and who did it; never for those that are in use.
alter table certificate_versions add column replaced_on integer;
alter table certificate_versions add column replaced_by text not null default '';

create index certificate_versions_replaced_idx on certificate_versions (replaced_on)
    where replaced_on is not null;

-- How many certificates an account has that are not deleted, CA certificates apart: counting 100,000 rows takes longer than showing 50.
create table certificate_totals (
    account_id text not null,
    ca integer not null,
    present integer not null,
    constraint certificate_totals_pkey primary key (account_id, ca),
    constraint certificate_totals_account_fkey foreign key (account_id) references accounts (id),
    constraint certificate_totals_ca_check check (ca in (true, false)),
    constraint certificate_totals_present_check check (present >= 0)
) strict;

insert into certificate_totals (account_id, ca, present)
select account_id, ca, count(*) from certificates where deleted_on is null group by account_id, ca;
