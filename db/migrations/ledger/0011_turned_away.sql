CREATE TABLE `turned_away` (
	`account` text NOT NULL,
	`person` text NOT NULL,
	`kind` text NOT NULL,
	`why` text NOT NULL,
	`since` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`account`, `person`, `kind`, `why`)
) STRICT;
