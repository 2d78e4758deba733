CREATE TABLE `group_members` (
	`group` text NOT NULL,
	`person` text NOT NULL,
	PRIMARY KEY(`group`, `person`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `rules_in_force` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`digest` text NOT NULL,
	`since` integer NOT NULL,
	`actor` text NOT NULL,
	FOREIGN KEY (`digest`) REFERENCES `rule_sets`(`digest`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
ALTER TABLE `changes` ADD `reason` text;--> statement-breakpoint
ALTER TABLE `people` DROP COLUMN `groups`;