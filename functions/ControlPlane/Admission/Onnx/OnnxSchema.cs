using System.Globalization;

namespace LlmOps.Admission.Onnx;

/// <summary>Which fields each message may have, after onnx.proto of IR version 14 (`*` marks a repeated field).</summary>
internal static class OnnxSchema
{
    /// <summary>The newest IR version whose fields are known here.</summary>
    public const int NewestIr = 14;

    private const string Definition = """
        Model 1 ir_version integer, 8 opset_import OperatorSet*, 2 producer_name label, 3 producer_version label, 4 domain label,
        Model 5 model_version integer, 6 doc_string text, 7 graph Graph, 14 metadata_props text*, 20 training_info Training*,
        Model 25 functions Function*, 26 configuration text*,
        Graph 1 node Node*, 2 name label, 5 initializer Tensor*, 15 sparse_initializer SparseTensor*, 10 doc_string text,
        Graph 11 input ValueInfo*, 12 output ValueInfo*, 13 value_info ValueInfo*, 14 quantization_annotation text*, 16 metadata_props text*,
        Node 1 input label*, 2 output label*, 3 name name, 4 op_type name, 7 domain name, 8 overload name, 5 attribute Attribute*,
        Node 6 doc_string text, 9 metadata_props text*, 10 device_configurations text*,
        Attribute 1 name name, 21 ref_attr_name label, 13 doc_string text, 20 type integer, 2 f single, 3 i integer, 4 s bytes,
        Attribute 5 t Tensor, 6 g Graph, 22 sparse_tensor SparseTensor, 14 tp Type, 7 floats singles*, 8 ints integers*, 9 strings bytes*,
        Attribute 10 tensors Tensor*, 11 graphs Graph*, 23 sparse_tensors SparseTensor*, 15 type_protos Type*,
        Tensor 1 dims integers*, 2 data_type integer, 3 segment text, 4 float_data singles*, 5 int32_data integers*, 6 string_data bytes*,
        Tensor 7 int64_data integers*, 8 name name, 12 doc_string text, 9 raw_data bytes, 13 external_data External*,
        Tensor 14 data_location integer, 10 double_data doubles*, 11 uint64_data integers*, 16 metadata_props text*,
        External 1 key name, 2 value name,
        SparseTensor 1 values Tensor, 2 indices Tensor, 3 dims integers*,
        ValueInfo 1 name label, 2 type Type, 3 doc_string text, 4 metadata_props text*,
        Type 1 tensor_type text, 4 sequence_type TypeSequence, 5 map_type TypeMap, 9 optional_type TypeOptional,
        Type 8 sparse_tensor_type text, 7 opaque_type text, 6 denotation label,
        TypeSequence 1 elem_type Type,
        TypeMap 1 key_type integer, 2 value_type Type,
        TypeOptional 1 elem_type Type,
        Training 1 initialization Graph, 2 algorithm Graph, 3 initialization_binding text*, 4 update_binding text*,
        Function 1 name name, 4 input label*, 5 output label*, 6 attribute label*, 11 attribute_proto Attribute*, 7 node Node*,
        Function 8 doc_string text, 9 opset_import OperatorSet*, 10 domain name, 13 overload name, 12 value_info ValueInfo*,
        Function 14 metadata_props text*,
        OperatorSet 1 domain name, 2 version integer,
        """;

    private static readonly OnnxField?[][] Fields = Read();

    /// <summary>A message's field, or null when ONNX defines none of that number.</summary>
    public static OnnxField? Find(OnnxMessage message, ulong number) =>
        number < (ulong)Fields[(int)message].Length ? Fields[(int)message][number] : null;

    private static OnnxField?[][] Read()
    {
        OnnxField?[][] fields = [.. Enum.GetValues<OnnxMessage>().Select(_ => new OnnxField?[32])];
        foreach (string line in Definition.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            OnnxMessage message = Enum.Parse<OnnxMessage>(line.Split(' ', 2)[0]);
            foreach (string field in line.Split(' ', 2)[1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                OnnxField read = Field(field.Split(' '));
                fields[(int)message][read.Number] = read;
            }
        }
        return fields;
    }

    private static OnnxField Field(string[] words)
    {
        string kind = words[2].TrimEnd('*');
        bool isMessage = Enum.TryParse(kind, out OnnxMessage message);
        return new OnnxField(
            int.Parse(words[0], CultureInfo.InvariantCulture), words[1],
            isMessage ? FieldForm.Message : Enum.Parse<FieldForm>(kind, ignoreCase: true), words[2].EndsWith('*'), message);
    }
}
