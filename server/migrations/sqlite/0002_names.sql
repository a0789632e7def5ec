-- Names are compared without case. The program writes how; for what was stored before, the database's own lower case is near enough.

alter table certificates add column name_comparable text not null default '';

update certificates set name_comparable = lower(name);

create index certificates_name_idx on certificates (account_id, name_comparable)
    where deleted_on is null;
