//! Calls of procedures: their rows stream into the operators that come after.

use super::{Flow, Frame, Machine, Sink};
use crate::error::Result;
use crate::model::Datum;
use crate::plan::{Invoke, Op};
use crate::procedures::Context;

impl Machine<'_> {
    /// Emits each row of a procedure; the frame as it is for one without columns.
    pub(super) fn invoke(
        &self,
        call: &Invoke,
        rest: &[Op],
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        let procedure = &*call.procedure.procedure;
        let args = self.call_args(call, frame)?;
        let args = procedure.signature.accept(&args).map_err(|error| error.at(call.span.0))?;
        let (step, hold) = (|| self.budget.step(), |values| self.budget.hold(values));
        let name = procedure.signature.name.as_str();
        let context = Context::new(self.graph, (&call.procedure.among, name), &step, &hold);
        // What the operators after it say, which a procedure only learns the end of.
        let mut outcome = Ok(Flow::Continue(()));
        if let Some(args) = args {
            let mut emit = |row: Vec<Datum>| {
                if !matches!(outcome, Ok(Flow::Continue(()))) {
                    return Flow::Break(());
                }
                for (at, slot) in &call.columns {
                    frame[slot.0] = row.get(*at).cloned().unwrap_or_default();
                }
                outcome = self.drive(rest, frame, sink);
                outcome.as_ref().copied().unwrap_or(Flow::Break(()))
            };
            let done = procedure.call(&context, &args, &mut emit);
            if outcome.is_ok() {
                done.map_err(|error| error.at(call.span.0))?;
            }
        }
        if procedure.signature.columns.is_empty() {
            return self.drive(rest, frame, sink);
        }
        outcome
    }

    /// The arguments; those of a call without parentheses are the parameters of the same names.
    fn call_args(&self, call: &Invoke, frame: &mut Frame) -> Result<Vec<Datum>> {
        if let Some(args) = &call.args {
            return args.iter().map(|arg| self.eval(arg, frame)).collect();
        }
        let params = call.procedure.procedure.signature.params.iter();
        let given = |param: &crate::procedures::Param| {
            self.params.get(&param.name).or(param.default.as_ref()).cloned().unwrap_or_default()
        };
        Ok(params.map(given).collect())
    }
}
