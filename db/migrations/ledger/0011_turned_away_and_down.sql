CREATE TABLE `platforms_down` (
	`platform` text PRIMARY KEY NOT NULL,
	`why` text NOT NULL,
	`since` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `turned_away` (
	`account` text NOT NULL,
	`person` text NOT NULL,
	`kind` text NOT NULL,
	`why` text NOT NULL,
	`since` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`account`, `person`, `kind`, `why`)
) STRICT;
