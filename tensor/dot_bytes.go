package tensor

import "fmt"

// DotBytes sets dst[i] to the product of x with row i of rows, which lie one behind the other, len(x) signed bytes each:
// whole numbers, the same on every path. len(x) is at most 65,536. Many goroutines may call it.
func DotBytes(dst []int32, rows []byte, x []int8) {
	if len(rows) != len(dst)*len(x) || len(x) > 1<<16 {
		panic(fmt.Sprintf("tensor: %d rows of %d in %d bytes", len(dst), len(x), len(rows)))
	}
	bestDotBytes(dst, rows, x)
}

func dotBytesPlain(dst []int32, rows []byte, x []int8) {
	for i := range dst {
		row := rows[i*len(x):][:len(x)]
		var sum int32
		for j, v := range x {
			sum += int32(v) * int32(int8(row[j]))
		}
		dst[i] = sum
	}
}
