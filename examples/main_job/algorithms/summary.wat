;; Mean and population standard deviation of the first 11 columns.
;; Slot 0 "mean"[11], slot 1 "sd"[11]. Sums run from the first row to the last, so the bits are fixed.
(module
  (import "countermark" "rows" (func $rows (result i32)))
  (import "countermark" "read_column" (func $read_column (param i32 i32) (result i32)))
  (import "countermark" "output" (func $output (param i32 i32 f64)))
  (memory (export "memory") 1)
  (func (export "run")
    (local $n i32) (local $column i32) (local $mean f64)
    (local.set $n (call $rows))
    ;; Room for one column: n * 8 bytes, in pages of 64 KiB, beside the first.
    (drop (memory.grow (i32.shr_u (i32.mul (local.get $n) (i32.const 8)) (i32.const 16))))
    (loop $columns
      (drop (call $read_column (local.get $column) (i32.const 0)))
      (local.set $mean
        (f64.div (call $sum (local.get $n) (f64.const 0) (i32.const 0)) (f64.convert_i32_u (local.get $n))))
      (call $output (i32.const 0) (local.get $column) (local.get $mean))
      (call $output (i32.const 1) (local.get $column)
        (f64.sqrt (f64.div
          (call $sum (local.get $n) (local.get $mean) (i32.const 1))
          (f64.convert_i32_u (local.get $n)))))
      (local.set $column (i32.add (local.get $column) (i32.const 1)))
      (br_if $columns (i32.lt_u (local.get $column) (i32.const 11)))))
  ;; Sum of (x - shift), or of its square, over n values from address 0.
  (func $sum (param $n i32) (param $shift f64) (param $square i32) (result f64)
    (local $at i32) (local $end i32) (local $x f64) (local $total f64)
    (local.set $end (i32.mul (local.get $n) (i32.const 8)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $x (f64.sub (f64.load (local.get $at)) (local.get $shift)))
        (if (local.get $square) (then (local.set $x (f64.mul (local.get $x) (local.get $x)))))
        (local.set $total (f64.add (local.get $total) (local.get $x)))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br $next)))
    (local.get $total)))
