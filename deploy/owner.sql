-- The role that owns the schemas and migrates them, and its database.  Run as
-- the superuser, as often as one likes, with the password as :owner_password.
select 'create role redkite login createrole'
where not exists (select from pg_roles where rolname = 'redkite') \gexec
set log_statement = 'none';
alter role redkite password :'owner_password';

select 'create database redkite owner redkite template template0'
       ' encoding ''UTF8'' locale ''C.UTF-8'''
where not exists (select from pg_database where datname = 'redkite') \gexec
