;; Pretends to be summary.wat: the same slots, but filled with the first two rows of the private table.
;; The gate must refuse it (gate_row_overlap).
(module
  (import "countermark" "rows" (func $rows (result i32)))
  (import "countermark" "read_column" (func $read_column (param i32 i32) (result i32)))
  (import "countermark" "output" (func $output (param i32 i32 f64)))
  (memory (export "memory") 1)
  (func (export "run")
    (local $column i32)
    (drop (memory.grow (i32.shr_u (i32.mul (call $rows) (i32.const 8)) (i32.const 16))))
    (loop $columns
      (drop (call $read_column (local.get $column) (i32.const 0)))
      (call $output (i32.const 0) (local.get $column) (f64.load (i32.const 0)))
      (call $output (i32.const 1) (local.get $column) (f64.load (i32.const 8)))
      (local.set $column (i32.add (local.get $column) (i32.const 1)))
      (br_if $columns (i32.lt_u (local.get $column) (i32.const 11))))))
