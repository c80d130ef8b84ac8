using System.Text;

namespace LlmOps.Admission.Onnx;

/// <summary>What a walk through an ONNX file tells, in the order of the bytes.</summary>
internal interface IOnnxListener
{
    void Entered(OnnxMessage message, long at);

    void Left(OnnxMessage message);

    void HasInteger(OnnxField field, long value);

    void HasName(OnnxField field, string text);
}

/// <summary>
/// Walks through the protobuf of an ONNX file as its bytes come, without holding more of it than a name: every length is
/// held against what is left of the message around it before a byte is taken, and nesting is a list, not a recursion.
/// </summary>
internal sealed class OnnxWalk
{
    private readonly AdmissionOptions options;
    private readonly IOnnxListener listener;
    private readonly List<Frame> frames;
    private readonly byte[] name;
    private Awaited awaited = Awaited.Tag;
    private OnnxField field = null!;
    private ulong number;
    private int shift;
    private long left;
    private int kept;

    /// <param name="size">The file's size in bytes.</param>
    /// <param name="options">The caps.</param>
    /// <param name="listener">Hears what is in the file.</param>
    public OnnxWalk(long size, AdmissionOptions options, IOnnxListener listener)
    {
        this.options = options;
        this.listener = listener;
        frames = [new Frame(OnnxMessage.Model, size)];
        name = new byte[options.MaxNameBytes];
    }

    private enum Awaited
    {
        Tag,
        Integer,
        Length,
        Bytes,
    }

    /// <summary>How many bytes were taken.</summary>
    public long Position { get; private set; }

    /// <summary>Why the walk cannot go on, or null.</summary>
    public string? Broken { get; private set; }

    public void Break(string why) => Broken ??= why;

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (Broken is null && !bytes.IsEmpty)
        {
            bytes = bytes[(awaited == Awaited.Bytes ? TakeBytes(bytes) : TakeNumber(bytes))..];
        }
    }

    /// <summary>Says that no more bytes come.</summary>
    public void End()
    {
        if (frames.Count > 1 || awaited != Awaited.Tag || number != 0 || shift != 0 || Position != frames[0].End)
        {
            Break($"ends within its {frames[^1].Message} message");
        }
    }

    private int TakeNumber(ReadOnlySpan<byte> bytes)
    {
        for (int taken = 0; taken < bytes.Length; taken++)
        {
            if (Position >= frames[^1].End)
            {
                Break($"holds a {frames[^1].Message} message that ends within a number");
                return taken;
            }
            Position++;
            number |= (ulong)(bytes[taken] & 0x7f) << shift;
            shift += 7;
            if (bytes[taken] < 0x80)
            {
                ulong value = number;
                (number, shift) = (0, 0);
                HasNumber(value);
                return taken + 1;
            }
            if (shift >= 70)
            {
                Break("holds a number of more than ten bytes");
            }
            if (Broken is not null)
            {
                return taken + 1;
            }
        }
        return bytes.Length;
    }

    private int TakeBytes(ReadOnlySpan<byte> bytes)
    {
        int taken = (int)Math.Min(left, bytes.Length);
        if (field.Form == FieldForm.Name)
        {
            bytes[..taken].CopyTo(name.AsSpan(kept));
            kept += taken;
        }
        Position += taken;
        left -= taken;
        EndBytes();
        return taken;
    }

    private void HasNumber(ulong value)
    {
        switch (awaited)
        {
            case Awaited.Tag:
                HasTag(value >> 3, (int)(value & 7));
                break;
            case Awaited.Integer:
                listener.HasInteger(field, (long)value);
                EndValue();
                break;
            default:
                HasLength(value);
                break;
        }
    }

    private void HasTag(ulong tag, int wireType)
    {
        Frame frame = frames[^1];
        if (OnnxSchema.Find(frame.Message, tag) is not { } found || !found.Takes(wireType))
        {
            Break($"holds field {tag} of wire type {wireType} in a {frame.Message} message, which ONNX does not define");
            return;
        }
        if (!found.Repeated && !frame.Sees(found.Number))
        {
            Break($"holds '{found.Name}' twice in one {frame.Message} message, so that readers differ on which one counts");
            return;
        }
        field = found;
        awaited = wireType == 0 ? Awaited.Integer : Awaited.Length;
        if (wireType is 1 or 5)
        {
            HasLength(wireType == 1 ? 8UL : 4UL);
        }
    }

    private void HasLength(ulong length)
    {
        long rest = frames[^1].End - Position;
        int cap = field.Form switch { FieldForm.Name or FieldForm.Label => options.MaxNameBytes, FieldForm.Text => options.MaxTextBytes, _ => int.MaxValue };
        if (length > (ulong)rest)
        {
            Break($"says that '{field.Name}' has {length:N0} bytes where {rest:N0} are left");
        }
        else if (length > (ulong)cap)
        {
            Break($"has {length:N0} bytes in '{field.Name}', above the {cap:N0} that are admitted");
        }
        else if (field.Form == FieldForm.Message)
        {
            Enter(Position + (long)length);
        }
        else
        {
            (awaited, left, kept) = (Awaited.Bytes, (long)length, 0);
            EndBytes();
        }
    }

    private void Enter(long end)
    {
        if (frames.Count >= options.MaxOnnxDepth)
        {
            Break($"nests more than {options.MaxOnnxDepth} messages");
            return;
        }
        frames.Add(new Frame(field.Message, end));
        listener.Entered(field.Message, Position);
        EndValue();
    }

    private void EndBytes()
    {
        if (left > 0)
        {
            return;
        }
        if (field.Form == FieldForm.Name)
        {
            listener.HasName(field, Encoding.UTF8.GetString(name, 0, kept));
        }
        EndValue();
    }

    private void EndValue()
    {
        awaited = Awaited.Tag;
        while (frames.Count > 1 && frames[^1].End == Position)
        {
            OnnxMessage done = frames[^1].Message;
            frames.RemoveAt(frames.Count - 1);
            listener.Left(done);
        }
    }

    private sealed class Frame(OnnxMessage message, long end)
    {
        private uint seen;

        public OnnxMessage Message { get; } = message;

        public long End { get; } = end;

        /// <summary>Notes a field that may stand once; false when it stood before.</summary>
        public bool Sees(int number)
        {
            bool isNew = (seen & (1u << number)) == 0;
            seen |= 1u << number;
            return isNew;
        }
    }
}
