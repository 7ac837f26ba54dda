// Package bench measures how fast this program runs on this machine, beside its limits and its peers.
//
//	Synthetic ─▶ a checkpoint of a real model's shapes, with random weights
//	Limits    ─▶ what the memory can read and the cores can multiply, now
//	Run       ─▶ what the engine does with a checkpoint, each measure beside the limits of its minute
//
// A figure means something only beside a limit or a peer measured in the same minute: shared machines drift by
// half. Every measure goes through [engine.Engine] as a user's request does.
package bench
