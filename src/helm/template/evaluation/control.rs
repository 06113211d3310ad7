//! `if`, `with` and `range`.

use crate::helm::Profile;
use crate::helm::format;
use crate::helm::template::complaint::ExecuteProblem;
use crate::helm::template::error::Error;
use crate::helm::template::evaluation::{Evaluation, Flow};
use crate::helm::template::operand::Operand;
use crate::helm::template::stack::deeply;
use crate::helm::template::tree::{Control, ControlWord, Node};
use crate::helm::value::{List, Map, Type, Value};

impl<'t> Evaluation<'t, '_> {
    pub(super) fn control(&mut self, dot: &Operand, control: &'t Control) -> Result<Flow, Error> {
        let outer = self.variables.len();
        self.enter()?;
        let flow = deeply(|| match control.word {
            ControlWord::Range => self.range(dot, control),
            ControlWord::If | ControlWord::With => self.choice(dot, control),
        })?;
        self.interpreter.leave(1);
        self.variables.truncate(outer);
        Ok(flow)
    }

    fn choice(&mut self, dot: &Operand, control: &'t Control) -> Result<Flow, Error> {
        let value = self.pipeline(dot, &control.pipeline)?;
        if !value.value().is_true() {
            return self.otherwise(dot, control);
        }
        match control.word {
            ControlWord::With => self.nodes(&value, &control.body),
            ControlWord::If | ControlWord::Range => self.nodes(dot, &control.body),
        }
    }

    fn otherwise(&mut self, dot: &Operand, control: &'t Control) -> Result<Flow, Error> {
        match &control.otherwise {
            Some(nodes) => self.nodes(dot, nodes),
            None => Ok(Flow::Next),
        }
    }

    fn range(&mut self, dot: &Operand, control: &'t Control) -> Result<Flow, Error> {
        let value = self.pipeline(dot, &control.pipeline)?.into_value();
        match &value {
            Value::List(list) if !list.is_empty() => self.range_list(control, list),
            Value::Map(map) if !map.is_empty() => self.range_map(control, map),
            Value::Nil | Value::List(_) | Value::Map(_) => self.otherwise(dot, control),
            Value::Int(..) | Value::Uint(..) if self.interpreter.profile() != Profile::Helm317 => {
                self.range_number(dot, control, &value)
            }
            other => {
                let shown = self.shown(other)?;
                Err(self.problem(ExecuteProblem::NotIterable(shown)))
            }
        }
    }

    /// Repeats the body for all numbers from 0 that are less, which Go does since 1.24.
    fn range_number(
        &mut self,
        dot: &Operand,
        control: &'t Control,
        end: &Value,
    ) -> Result<Flow, Error> {
        if control.pipeline.variables.len() > 1 {
            let shown = self.shown(end)?;
            return Err(self.problem(ExecuteProblem::OneVariable(shown)));
        }
        let mut at = match end {
            Value::Uint(width, _) => Value::Uint(*width, 0),
            Value::Int(width, _) => Value::Int(*width, 0),
            _ => return Ok(Flow::Next),
        };
        let mut is_first = true;
        while let Some(next) = successor(&at, end) {
            is_first = false;
            let element = Operand::Concrete(at);
            if self.iteration(control, element.clone(), &element)? == Flow::Break {
                break;
            }
            at = next;
        }
        if is_first { self.otherwise(dot, control) } else { Ok(Flow::Next) }
    }

    fn range_list(&mut self, control: &'t Control, list: &List) -> Result<Flow, Error> {
        let element = list.list_type().element;
        for (index, value) in list.iter().enumerate() {
            let index = Operand::Concrete(Value::from(index));
            let element = Operand::held(element, value);
            if self.iteration(control, index, &element)? == Flow::Break {
                break;
            }
        }
        Ok(Flow::Next)
    }

    fn range_map(&mut self, control: &'t Control, map: &Map) -> Result<Flow, Error> {
        let (key_type, element) = (map.map_type().key, map.map_type().element);
        for (key, value) in &*map.entries() {
            let key = Operand::held(key_type, key);
            let element = Operand::held(element, value.clone());
            if self.iteration(control, key, &element)? == Flow::Break {
                break;
            }
        }
        Ok(Flow::Next)
    }

    fn iteration(
        &mut self,
        control: &'t Control,
        index: Operand,
        element: &Operand,
    ) -> Result<Flow, Error> {
        let mark = self.variables.len();
        self.set_loop_variables(control, index, element)?;
        let body: &'t [Node] = &control.body;
        self.interpreter.step().map_err(|limit| self.limit(limit))?;
        let flow = self.nodes(element, body)?;
        self.variables.truncate(mark);
        Ok(flow)
    }

    fn set_loop_variables(
        &mut self,
        control: &'t Control,
        index: Operand,
        element: &Operand,
    ) -> Result<(), Error> {
        let element = element.clone();
        let pipeline = &control.pipeline;
        let names = pipeline.variables.as_slice();
        let template = self.template;
        if pipeline.assigns {
            return match names {
                [] => Ok(()),
                [name] => self.assign(template.text(*name), element),
                [first, second, ..] => {
                    self.assign(template.text(*first), index)?;
                    self.assign(template.text(*second), element)
                }
            };
        }
        let mut top = self.variables.iter_mut().rev();
        if let (1.., Some((_, held))) = (names.len(), top.next()) {
            *held = element;
        }
        if let (2.., Some((_, held))) = (names.len(), top.next()) {
            *held = index;
        }
        Ok(())
    }

    /// Returns a value as messages show it.
    fn shown(&mut self, value: &Value) -> Result<String, Error> {
        if let Value::Function(function) = value {
            return Ok(Type::Func(function.signature()).to_string());
        }
        let shown = format::sprint(std::slice::from_ref(value), self.interpreter.limits());
        shown.map(|shown| shown.to_string()).map_err(|limit| self.limit(limit))
    }
}

/// Returns the number after one that is less than an end, or `None` where it is not.
fn successor(at: &Value, end: &Value) -> Option<Value> {
    match (at, end) {
        (Value::Int(width, at), Value::Int(_, end)) if at < end => Some(Value::Int(*width, at + 1)),
        (Value::Uint(width, at), Value::Uint(_, end)) if at < end => {
            Some(Value::Uint(*width, at + 1))
        }
        _ => None,
    }
}
