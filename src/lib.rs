//! Sensor logs, checked and charted in a browser tab. Nothing is uploaded.
