CREATE TABLE `codes_asked` (
	`change` text NOT NULL,
	`person` text NOT NULL,
	`plan` text NOT NULL,
	`typed` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`change`, `person`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `codes_sent` (
	`nonce` text PRIMARY KEY NOT NULL,
	`change` text NOT NULL,
	`person` text NOT NULL,
	`plan` text NOT NULL,
	`typed` text,
	`actor` text NOT NULL,
	`platform` text NOT NULL,
	`chat` text NOT NULL,
	`at` integer NOT NULL,
	`answered_at` integer,
	`refusal` text,
	`told_at` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `worker_factors` (
	`address` text PRIMARY KEY NOT NULL,
	`factors` text NOT NULL
) STRICT;
--> statement-breakpoint
ALTER TABLE `outbox` ADD `until` integer;--> statement-breakpoint
CREATE INDEX `outbox_passing` ON `outbox` (`until`) WHERE "outbox"."until" is not null;