package dev.kumiai.killpoints;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/// Puts the call into the code of a method.
final class Insertion implements CodeTransform {

  private static final ClassDesc TRIGGER = ClassDesc.of(Trigger.class.getName());
  private static final MethodTypeDesc NAMED =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

  private final Point point;
  private int inserted;

  Insertion(Point point) {
    this.point = point;
  }

  Point point() {
    return point;
  }

  int inserted() {
    return inserted;
  }

  @Override
  public void atStart(CodeBuilder code) {
    if (point.where() == Point.Where.ENTRY) {
      call(code);
    }
  }

  @Override
  public void accept(CodeBuilder code, CodeElement element) {
    boolean before =
        switch (point.where()) {
          case ENTRY, AFTER -> false;
          case RETURN -> element instanceof ReturnInstruction;
          case BEFORE -> isCall(element);
        };
    if (before) {
      call(code);
    }
    code.with(element);
    if (point.where() == Point.Where.AFTER && isCall(element)) {
      call(code);
    }
  }

  private boolean isCall(CodeElement element) {
    return element instanceof InvokeInstruction invoke
        && invoke.name().stringValue().equals(point.callee());
  }

  private void call(CodeBuilder code) {
    code.ldc(point.name()).invokestatic(TRIGGER, "reached", NAMED);
    inserted++;
  }
}
