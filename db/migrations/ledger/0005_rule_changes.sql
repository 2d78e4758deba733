CREATE TABLE `notice_posts` (
	`notice` integer NOT NULL,
	`platform` text NOT NULL,
	`chat` text NOT NULL,
	`tenant` text NOT NULL,
	`account` text NOT NULL,
	`person` text,
	`retry_at` integer NOT NULL,
	`tries` integer NOT NULL,
	`done` integer NOT NULL,
	PRIMARY KEY(`notice`, `platform`, `chat`, `tenant`, `account`),
	FOREIGN KEY (`notice`) REFERENCES `notices`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `notice_posts_open` ON `notice_posts` (`platform`,`done`);--> statement-breakpoint
CREATE TABLE `notices` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`notice` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `rules_seen` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`digest` text,
	`complaints` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`digest`) REFERENCES `rule_sets`(`digest`) ON UPDATE no action ON DELETE no action
) STRICT;
