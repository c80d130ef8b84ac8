namespace LlmOps.Admission.Onnx;

/// <summary>The messages of an ONNX file that are walked through; what else lies in one is passed over by its length.</summary>
internal enum OnnxMessage
{
    Opaque, Model, Graph, Node, Attribute, Tensor, SparseTensor, ValueInfo, Type, TypeSequence, TypeMap, TypeOptional,
    Training, Function, OperatorSet, External,
}

/// <summary>How a field's value lies on the wire, and what is done with it.</summary>
internal enum FieldForm
{
    /// <summary>A varint.</summary>
    Integer,

    /// <summary>Varints, one a field or many in one.</summary>
    Integers,

    /// <summary>Four bytes.</summary>
    Single,

    /// <summary>Four bytes each, one a field or many in one.</summary>
    Singles,

    /// <summary>Eight bytes each, one a field or many in one.</summary>
    Doubles,

    /// <summary>A short text that is judged.</summary>
    Name,

    /// <summary>A short text that is only measured.</summary>
    Label,

    /// <summary>A text for people.</summary>
    Text,

    /// <summary>Bytes of any number.</summary>
    Bytes,

    /// <summary>A message within this one.</summary>
    Message,
}

/// <summary>A field of a message, as onnx.proto defines it.</summary>
internal sealed record OnnxField(int Number, string Name, FieldForm Form, bool Repeated, OnnxMessage Message)
{
    /// <summary>Whether the field may be written with a wire type (0: varint, 1: eight bytes, 2: length, 5: four bytes).</summary>
    public bool Takes(int wireType) => Form switch
    {
        FieldForm.Integer => wireType is 0,
        FieldForm.Integers => wireType is 0 or 2,
        FieldForm.Single => wireType is 5,
        FieldForm.Singles => wireType is 5 or 2,
        FieldForm.Doubles => wireType is 1 or 2,
        _ => wireType is 2,
    };
}
