package korean

import (
	"fmt"
	"strings"
)

// half is a half of the day.
type half int

const (
	unsaid half = iota
	morning
	afternoon
)

// clock makes 시, with the minute that follows if there is one, what it is in 24 hours where the text says which half of the
// day it is. It returns how many numbers more it took.
func (s *numeralScan) clock(f *rawNumeral, minute int) int {
	hour := small(f.first().Value, 24)
	if hour == 0 {
		return 0
	}
	of := s.halfBefore(f.start)
	if minute == 0 {
		f.hour(hour, of)
		return 0
	}
	f.readings = nil
	f.time(fmt.Sprint(hour), fmt.Sprintf("%02d", minute), of)
	f.also(Reading{itoa(minute), "분"})
	return 1
}

// clockTime is what 3:30 is in the half of the day that the text says.
func (s *numeralScan) clockTime(f *rawNumeral) {
	hour, minute, _ := strings.Cut(f.first().Value, ":")
	of := s.halfBefore(f.start)
	if of == unsaid {
		of = s.halfBehind(f.end)
	}
	old := f.readings
	f.readings = nil
	f.time(hour, minute, of)
	f.also(old...)
}

// clockHour is the hour that 3 pm is.
func (s *numeralScan) clockHour(f *rawNumeral) {
	at := f.end - len(f.first().Unit) // 3pm has it for a unit
	if hour := small(f.first().Value, 12); hour > 0 {
		if of := s.halfBehind(at); of != unsaid {
			f.hour(hour, of)
		}
	}
}

// hour is an hour in a half of the day. One that may be in the morning is had by one that is.
func (f *rawNumeral) hour(hour int, of half) {
	old := f.readings
	switch {
	case of == afternoon && hour < 12:
		f.readings = []Reading{{itoa(hour + 12), "시"}, {itoa(hour+12) + ":00", UnitClock}}
	case of == morning && hour < 12:
		f.readings = []Reading{{itoa(hour), unitMorning}, {itoa(hour) + ":00", unitMorning}, {itoa(hour), "시"}, {itoa(hour) + ":00", UnitClock}}
	default:
		f.readings = []Reading{{itoa(hour), "시"}, {itoa(hour) + ":00", UnitClock}}
		if hour < 12 {
			f.also(Reading{itoa(hour), unitMorning}, Reading{itoa(hour) + ":00", unitMorning})
		}
	}
	f.also(old...)
}

// time is hour for a time with minutes.
func (f *rawNumeral) time(hour, minute string, of half) {
	h := small(hour, 24)
	first := Reading{hour + ":" + minute, UnitClock}
	switch {
	case of == afternoon && 0 < h && h < 12:
		f.also(Reading{itoa(h+12) + ":" + minute, UnitClock}, first, Reading{itoa(h + 12), "시"}, Reading{itoa(h), "시"})
	case of == morning && h < 12:
		f.also(Reading{hour + ":" + minute, unitMorning}, first, Reading{hour, unitMorning}, Reading{hour, "시"})
	default:
		f.also(first, Reading{hour, "시"})
		if h < 12 {
			f.also(Reading{hour + ":" + minute, unitMorning}, Reading{hour, unitMorning})
		}
	}
}

// hours makes hours of the beginning of a range or a list of them, whose end is one: 오전 9~11시. The end may be of the same half of the
// day; 오후 9~6시 may also end in the morning.
func (s *numeralScan) hours(f, last *rawNumeral) {
	of, first := s.halfBefore(f.start), f.first()
	from, to := small(first.Value, 24), small(last.first().Value, 11)
	if from > 0 {
		if f.hour(from, of); first.Unit == "" { // of a list, where it is had with whatever unit
			f.readings = append([]Reading{first}, f.readings...)
		}
	}
	switch {
	case of != afternoon || to == 0 || s.halfBefore(last.start) != unsaid:
	case from < to:
		last.hour(to, afternoon)
	default:
		last.also(Reading{itoa(to + 12), "시"}, Reading{itoa(to+12) + ":00", UnitClock})
	}
}

// halfBefore is the half of the day that stands before a time.
func (s *numeralScan) halfBefore(at int) half {
	before := strings.TrimRight(s.text[max(0, at-16):at], " ")
	for _, one := range []struct {
		word string
		half half
	}{{"오후", afternoon}, {"저녁", afternoon}, {"오전", morning}, {"새벽", morning}, {"아침", morning}, {"PM", afternoon}, {"AM", morning}} {
		if strings.HasSuffix(before, one.word) {
			return one.half
		}
	}
	return unsaid
}

// halfBehind is the half of the day that stands behind a time: 3 p.m.
func (s *numeralScan) halfBehind(at int) half {
	rest := strings.TrimPrefix(s.text[at:], " ")
	for _, one := range []struct {
		word string
		half half
	}{{"pm", afternoon}, {"p.m.", afternoon}, {"am", morning}, {"a.m.", morning}} {
		if len(rest) < len(one.word) || !strings.EqualFold(rest[:len(one.word)], one.word) {
			continue
		}
		if after := rest[len(one.word):]; after == "" || !isASCIILetter(rune(after[0])) {
			return one.half
		}
	}
	return unsaid
}
