using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MlOps.Workflows;

/// <summary>Finds the fields of closures that a function reads.</summary>
/// <remarks>
/// The compiler puts all captured variables of a scope into one closure, even if different functions capture them. Only generated methods can access the
/// fields of a closure, so the IL of the function and of the generated methods that it references contains every variable that the function reads.
/// </remarks>
internal sealed class ClosureFieldUsage
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly HashSet<(Module Module, int Token)> _fields = [];
    private readonly HashSet<(Module Module, int Token)> _methods = [];
    private bool _isComplete = true;

    private ClosureFieldUsage()
    {
    }

    /// <summary>Finds the fields that a function reads, directly or through generated methods.</summary>
    public static ClosureFieldUsage Of(MethodBase function)
    {
        var reads = new ClosureFieldUsage();
        reads.Follow(function);
        return reads;
    }

    /// <summary>Determines whether a type is a closure, by the naming scheme of the C# and Visual Basic compilers.</summary>
    /// <remarks>All fields of other generated classes are part of the identity.</remarks>
    public static bool IsClosure(Type type) =>
        IsGenerated(type)
        && (type.Name.StartsWith("<>c__DisplayClass", StringComparison.Ordinal) || type.Name.StartsWith("_Closure$__", StringComparison.Ordinal));

    /// <summary>Determines whether the function may read a field of a closure. If the IL is not available, every field may be read.</summary>
    public bool Contains(FieldInfo field) => !_isComplete || _fields.Contains((field.Module, field.MetadataToken));

    private static bool IsGenerated(MemberInfo? member) => member?.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) == true;

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "If a body was trimmed, every field is part of the identity.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A method that was trimmed is not executed.")]
    private void Follow(MethodBase method)
    {
        if (!_methods.Add((method.Module, method.MetadataToken)) || (method.MethodImplementationFlags & MethodImplAttributes.Runtime) != 0)
        {
            return;
        }

        var body = GetBody(method);
        _isComplete &= body is not null;
        foreach (var stateMachineMethod in method.GetCustomAttribute<StateMachineAttribute>()?.StateMachineType.GetMethods(Declared) ?? [])
        {
            Follow(stateMachineMethod);
        }

        // Decoding at every offset finds each reference. A false match adds a field to the identity, but never removes one.
        for (var at = 0; body is not null && at + sizeof(int) < body.Length; at++)
        {
            if (IsRead(body[at]) || IsCall(body[at]))
            {
                Add(method, BitConverter.ToInt32(body, at + 1), IsRead(body[at]));
            }
        }
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "If a body was trimmed, every field is part of the identity.")]
    private static byte[]? GetBody(MethodBase method)
    {
        try
        {
            return method.GetMethodBody()?.GetILAsByteArray();
        }
        catch (Exception exception) when (exception is InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Determines whether an opcode is ldfld, ldflda or ldtoken.</summary>
    private static bool IsRead(byte instruction) => instruction is 0x7B or 0x7C or 0xD0;

    /// <summary>Determines whether an opcode is call, callvirt or newobj, or the second byte of ldftn or ldvirtftn.</summary>
    private static bool IsCall(byte instruction) => instruction is 0x28 or 0x6F or 0x73 or 0x06 or 0x07;

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A closure member that was trimmed is not read.")]
    private void Add(MethodBase method, int token, bool isRead)
    {
        // FieldDef, MethodDef, MemberRef and MethodSpec.
        if ((token >> 24) is not (0x04 or 0x06 or 0x0A or 0x2B))
        {
            return;
        }

        try
        {
            var types = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
            var member = method.Module.ResolveMember(token, types, method.IsGenericMethod ? method.GetGenericArguments() : null);
            if (member is FieldInfo && isRead)
            {
                _fields.Add((member.Module, member.MetadataToken));
            }
            else if (member is MethodBase called && (IsGenerated(called) || IsGenerated(called.DeclaringType)))
            {
                Follow(called);
            }
        }
        catch (Exception exception)
            when (exception is ArgumentException or BadImageFormatException or TypeLoadException or MissingMemberException or IOException)
        {
            // The bytes are not a token, or the member cannot be loaded. Closures are in the assembly itself and can be loaded.
        }
    }
}
