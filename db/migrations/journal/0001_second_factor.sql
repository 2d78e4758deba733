CREATE TABLE `code_misses` (
	`person` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `code_misses_person` ON `code_misses` (`person`,`at`);--> statement-breakpoint
CREATE TABLE `codes_accepted` (
	`change` text NOT NULL,
	`hash` text NOT NULL,
	`person` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`change`, `hash`, `person`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `factors` (
	`person` text PRIMARY KEY NOT NULL,
	`secret` text NOT NULL,
	`last_step` integer NOT NULL,
	`locked_until` integer NOT NULL,
	`enrolled_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
ALTER TABLE `outbox` ADD `until` integer;--> statement-breakpoint
CREATE INDEX `outbox_passing` ON `outbox` (`until`) WHERE "outbox"."until" is not null;