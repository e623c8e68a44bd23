using System.Reflection;
using System.Runtime.CompilerServices;

namespace MlOps;

/// <summary>Finds out from compiled code whether a method calls another, also through others of the tests and of the conformance fixtures.</summary>
internal sealed class CallGraph(MethodBase sought)
{
    private readonly HashSet<MethodBase> _seen = [];

    /// <summary>Looks for the call.</summary>
    public bool IsReachedFrom(MethodBase method)
    {
        if (method == sought)
        {
            return true;
        }

        if (!_seen.Add(method) || !IsOfTests(method))
        {
            return false;
        }

        var moves = method.GetCustomAttribute<StateMachineAttribute>()?.StateMachineType
            .GetMethod("MoveNext", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);
        return FindReferences(method).Concat(moves is null ? [] : [moves]).Any(IsReachedFrom);
    }

    private static bool IsOfTests(MethodBase method) =>
        method.Module.Assembly.GetName().Name is { } name
        && (name.EndsWith(".Tests", StringComparison.Ordinal) || name is "MlOps.Testing" || name.StartsWith("MlOps.Tests.", StringComparison.Ordinal));

    /// <summary>Reads four bytes anywhere in the code as a token, which finds every reference, and now and then one that is none.</summary>
    private static IEnumerable<MethodBase> FindReferences(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at + sizeof(int) <= code.Length; at++)
        {
            if (Resolve(method, BitConverter.ToInt32(code, at)) is { } found)
            {
                yield return found;
            }
        }
    }

    private static MethodBase? Resolve(MethodBase method, int token)
    {
        // Definitions and references of methods and fields, and generic methods.
        if ((token >> 24) is not (0x04 or 0x06 or 0x0A or 0x2B))
        {
            return null;
        }

        try
        {
            var type = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
            return method.Module.ResolveMember(token, type, method.IsGenericMethod ? method.GetGenericArguments() : null) switch
            {
                MethodBase found => found,
                FieldInfo { IsStatic: true } field => field.DeclaringType!.TypeInitializer,
                _ => null,
            };
        }
        catch (Exception exception) when (exception is ArgumentException or BadImageFormatException or TypeLoadException or MissingMemberException)
        {
            return null;
        }
    }
}
