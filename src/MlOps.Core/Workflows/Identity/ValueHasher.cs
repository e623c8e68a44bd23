using System.Buffers.Binary;
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MlOps.Workflows;

/// <summary>Hashes the values that functions capture.</summary>
/// <remarks>
/// Equal values have equal hashes in every process. A value is hashed only if its hash is complete: numbers, texts, dates, enums, types, functions, arrays,
/// the collections of .NET, structs, classes of local assemblies, and immutable classes of others, if all that they hold can be hashed. Not thread-safe.
/// </remarks>
/// <param name="assemblies">Collects the assemblies of the types of values.</param>
/// <param name="read">Reads the identity of a function.</param>
internal sealed class ValueHasher(CodeAssemblies assemblies, Func<Delegate, FunctionIdentity> read)
{
    private const int MaxValues = 1_000_000;
    private const int MaxDepth = 100;

    /// <summary>The objects and functions that lead to the current value, to find circles.</summary>
    private readonly List<object> _path = [];
    private readonly Dictionary<Type, string> _types = [];
    private ClosureReads? _reads;
    private int _values;

    /// <summary>Describes a value for a person and for the identity: its type, and its text or its digest.</summary>
    /// <exception cref="UnhashableValueException">The value has no complete hash.</exception>
    public string Describe(string name, object? value) => value switch
    {
        null => "null",
        Delegate function => $"{function.Method.Name} {Convert.ToHexStringLower(Digest(name, function))}",
        _ when FindScalar(value) is { } text => $"{TextOf(value.GetType())} {text}",
        // Texts may be secrets, so they are described by their digests, as are values with parts.
        _ => $"{TextOf(value.GetType())} {Convert.ToHexStringLower(Digest(name, value))}",
    };

    /// <summary>Describes the fields of the object whose method a function is; of a closure, those that the function reads.</summary>
    /// <exception cref="UnhashableValueException">A field has no complete hash.</exception>
    public SortedDictionary<string, string> DescribeFields(Delegate function)
    {
        var target = function.Target!;
        var before = _reads;
        var isClosure = ClosureReads.IsClosure(target.GetType());
        _reads = isClosure ? ClosureReads.Of(function.Method) : null;
        _path.AddRange([function, isClosure ? function : target]); // another function may read other fields of the same closure
        var described = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in FlatFieldsOf(target, TextOf(target.GetType())))
        {
            var free = name;
            for (var number = 2; described.ContainsKey(free); number++)
            {
                free = string.Create(CultureInfo.InvariantCulture, $"{name} ({number})"); // a variable of an outer scope, or a field of a base class
            }

            described[free] = Describe(name, value);
        }

        _path.RemoveRange(_path.Count - 2, 2);
        _reads = before;
        return described;
    }

    /// <summary>Gets the text of a value without parts, if it can be no secret.</summary>
    private static string? FindScalar(object value) => value switch
    {
        IntPtr or UIntPtr => null,
        Enum number => number.ToString("D"),
        char number => ((int)number).ToString(CultureInfo.InvariantCulture),
        bool or decimal => Convert.ToString(value, CultureInfo.InvariantCulture),
        IFormattable number when value.GetType().IsPrimitive => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>Gets the fields; in place of the closure of an outer scope, the variables of that.</summary>
    private IEnumerable<(string Name, object? Value)> FlatFieldsOf(object value, string name) => FieldsOf(value, name).SelectMany(field =>
        field.Value is { } inner && ClosureReads.IsClosure(inner.GetType()) ? FlatFieldsOf(inner, field.Name) : [field]);

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The program does not use a field that was removed.")]
    private IEnumerable<(string Name, object? Value)> FieldsOf(object value, string name)
    {
        for (var type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
            var fields = type.GetFields(Declared).OrderBy(static field => field.MetadataToken).ToArray();
            if (!IsOpen(type, fields))
            {
                throw new UnhashableValueException(name, $"of the type '{TextOf(value.GetType())}', which cannot be hashed");
            }

            foreach (var field in fields.Where(field => _reads is null || !ClosureReads.IsClosure(type) || _reads.Contains(field)))
            {
                yield return (NameOf(field), field.GetValue(value));
            }
        }
    }

    /// <summary>Determines whether the fields of a type are its whole state.</summary>
    /// <remarks>A class that is not local may hold caches and handles, unless it is immutable.</remarks>
    private static bool IsOpen(Type type, FieldInfo[] fields) =>
        type.IsValueType
        || ClosureReads.IsClosure(type)
        || (CodeAssemblies.IsLocal(type.Assembly) ? !typeof(IEnumerator).IsAssignableFrom(type) : fields.All(static field => field.IsInitOnly));

    /// <summary>Gets the name of a field as its author wrote it: of an automatic property, a captured parameter, or <c>this</c>.</summary>
    private static string NameOf(FieldInfo field) => field.Name switch
    {
        "<>4__this" => "this",
        ['<', .. var rest] when rest.IndexOf('>', StringComparison.Ordinal) is > 0 and var end => rest[..end],
        var name => name,
    };

    private byte[] Digest(string name, object? value)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Write(hash, name, value);
        return hash.GetHashAndReset();
    }

    private void Write(IncrementalHash hash, string name, object? value)
    {
        if (++_values > MaxValues || _path.Count > MaxDepth)
        {
            throw new UnhashableValueException(
                name, _values > MaxValues ? $"that leads to more than {MaxValues} values" : $"that leads deeper than {MaxDepth} objects");
        }

        if (value is null)
        {
            WriteText(hash, "null");
            return;
        }

        WriteText(hash, TextOf(value.GetType()));
        if (_path.FindIndex(before => value is Delegate ? before is Delegate && before.Equals(value) : ReferenceEquals(before, value)) is var index and >= 0)
        {
            WriteText(hash, string.Create(CultureInfo.InvariantCulture, $"{_path.Count - index} back"));
            return;
        }

        _path.Add(value);
        WriteContent(hash, name, value);
        _path.RemoveAt(_path.Count - 1);
    }

    private void WriteContent(IncrementalHash hash, string name, object value)
    {
        switch (value)
        {
            case IntPtr or UIntPtr:
                throw new UnhashableValueException(name, "which is a handle or an address, and cannot be hashed");
            case string text:
                WriteText(hash, text);
                break;
            case Delegate function:
                WriteFunction(hash, function);
                break;
            case Type type:
                assemblies.Add(type);
                WriteText(hash, TypeText.Of(type));
                break;
            case Uri uri:
                WriteText(hash, uri.OriginalString);
                break;
            case Version version:
                WriteText(hash, version.ToString());
                break;
            case CultureInfo { IsReadOnly: true } culture:
                WriteText(hash, culture.Name);
                break;
            case CompareInfo culture:
                WriteText(hash, culture.Name);
                break;
            case Lock or CancellationToken:
                break; // outputs do not depend on them
            case Array array:
                WriteArray(hash, name, array);
                break;
            default:
                WriteObject(hash, name, value);
                break;
        }
    }

    private void WriteObject(IncrementalHash hash, string name, object value)
    {
        if (FindScalar(value) is { } text)
        {
            WriteText(hash, text);
        }
        else if (HashedCollections.Find(value.GetType()) is { } kind)
        {
            foreach (var comparer in kind.ComparersOf(value) ?? throw new UnhashableValueException(name, "whose comparer is not available"))
            {
                Write(hash, $"{name}.Comparer", comparer);
            }

            WriteElements(hash, name, (IEnumerable)value, kind.IsOrdered);
        }
        else
        {
            foreach (var (field, part) in FieldsOf(value, name))
            {
                WriteText(hash, field);
                Write(hash, $"{name}.{field}", part);
            }
        }
    }

    private void WriteArray(IncrementalHash hash, string name, Array array)
    {
        for (var dimension = 0; dimension < array.Rank; dimension++)
        {
            WriteText(hash, string.Create(CultureInfo.InvariantCulture, $"{array.GetLowerBound(dimension)}+{array.GetLength(dimension)}"));
        }

        if (array.GetType().GetElementType() is { IsPrimitive: true } element && element != typeof(nint) && element != typeof(nuint))
        {
            hash.AppendData(MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), Buffer.ByteLength(array)));
        }
        else
        {
            WriteElements(hash, name, array, isOrdered: true);
        }
    }

    private void WriteElements(IncrementalHash hash, string name, IEnumerable elements, bool isOrdered)
    {
        var element = $"{name}[]";
        if (isOrdered)
        {
            var count = 0;
            foreach (var value in elements)
            {
                Write(hash, element, value);
                count++;
            }

            WriteText(hash, count.ToString(CultureInfo.InvariantCulture));
            return;
        }

        // The order of such a collection differs between processes.
        foreach (var digest in elements.Cast<object?>().Select(value => Convert.ToHexStringLower(Digest(element, value))).Order(StringComparer.Ordinal))
        {
            WriteText(hash, digest);
        }
    }

    private void WriteFunction(IncrementalHash hash, Delegate function)
    {
        foreach (var part in function.GetInvocationList())
        {
            var identity = read(part);
            WriteText(hash, identity.Method);
            WriteText(hash, identity.Target ?? "");
            foreach (var (name, value) in identity.Captured ?? [])
            {
                WriteText(hash, name);
                WriteText(hash, value);
            }

            WriteText(hash, "end");
        }
    }

    private string TextOf(Type type)
    {
        if (!_types.TryGetValue(type, out var text))
        {
            assemblies.Add(type);
            _types[type] = text = TypeText.Of(type);
        }

        return text;
    }

    /// <summary>With its length, so that two texts are never taken for two others.</summary>
    private static void WriteText(IncrementalHash hash, string text)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        hash.AppendData(length);
        hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
    }
}
