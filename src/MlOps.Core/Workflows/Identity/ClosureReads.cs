using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MlOps.Workflows;

/// <summary>Finds the fields of closures that a function reads.</summary>
/// <remarks>
/// The compiler puts all captured variables of a scope into one closure, whichever function captures them. Only generated methods can name the fields of
/// a closure, so the IL of the function and of the generated methods that it refers to shows which variables the function depends on.
/// </remarks>
internal sealed class ClosureReads
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly HashSet<(Module Module, int Token)> _fields = [];
    private readonly HashSet<(Module Module, int Token)> _methods = [];
    private bool _isComplete = true;

    private ClosureReads()
    {
    }

    /// <summary>Finds the fields that a function reads, directly or through generated methods.</summary>
    public static ClosureReads Of(MethodBase function)
    {
        var reads = new ClosureReads();
        reads.Follow(function);
        return reads;
    }

    /// <summary>Determines whether a type is a closure, by the names that the C# and Visual Basic compilers give.</summary>
    /// <remarks>Other generated classes count as a whole.</remarks>
    public static bool IsClosure(Type type) =>
        IsGenerated(type)
        && (type.Name.StartsWith("<>c__DisplayClass", StringComparison.Ordinal) || type.Name.StartsWith("_Closure$__", StringComparison.Ordinal));

    /// <summary>Determines whether the function may read a field of a closure: all fields, if its IL is not available.</summary>
    public bool Contains(FieldInfo field) => !_isComplete || _fields.Contains((field.Module, field.MetadataToken));

    private static bool IsGenerated(MemberInfo? member) => member?.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) == true;

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The IL is the one that runs; a body that is not there makes every field count.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A method that was removed does not run.")]
    private void Follow(MethodBase method)
    {
        if (!_methods.Add((method.Module, method.MetadataToken)) || (method.MethodImplementationFlags & MethodImplAttributes.Runtime) != 0)
        {
            return;
        }

        var body = GetBody(method);
        _isComplete &= body is not null;
        foreach (var moving in method.GetCustomAttribute<StateMachineAttribute>()?.StateMachineType.GetMethods(Declared) ?? [])
        {
            Follow(moving);
        }

        // Reading at every offset finds each reference; bytes that only look like one make more fields count, never fewer.
        for (var at = 0; body is not null && at + sizeof(int) < body.Length; at++)
        {
            if (IsRead(body[at]) || IsCall(body[at]))
            {
                Add(method, BitConverter.ToInt32(body, at + 1), IsRead(body[at]));
            }
        }
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The IL is the one that runs; a body that is not there makes every field count.")]
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

    /// <summary>The instructions ldfld, ldflda and ldtoken.</summary>
    private static bool IsRead(byte instruction) => instruction is 0x7B or 0x7C or 0xD0;

    /// <summary>The instructions call, callvirt and newobj, and the second bytes of ldftn and ldvirtftn.</summary>
    private static bool IsCall(byte instruction) => instruction is 0x28 or 0x6F or 0x73 or 0x06 or 0x07;

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A member of a closure that was removed is not read.")]
    private void Add(MethodBase method, int token, bool isRead)
    {
        // Definitions and references of fields and methods, and generic methods.
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
            // Not a token, or a member that cannot be loaded and so is none of a closure: those are in the assembly itself.
        }
    }
}
