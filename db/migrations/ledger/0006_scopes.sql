CREATE TABLE `link_requests` (
	`platform` text NOT NULL,
	`tenant` text NOT NULL,
	`account` text NOT NULL,
	`code_hash` text,
	`expires` integer NOT NULL,
	`person` text,
	`by` text,
	PRIMARY KEY(`platform`, `tenant`, `account`),
	FOREIGN KEY (`person`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
ALTER TABLE `people` ADD `scope` text DEFAULT '"everything"' NOT NULL;