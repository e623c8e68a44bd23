using System.Reflection;
using System.Text;

namespace MlOps.Workflows;

/// <summary>Formats types and methods with their generic arguments. Within a set of assemblies, different types and methods have different texts.</summary>
internal static class TypeText
{
    /// <summary>Formats a type as <c>Assembly!Namespace.Type&lt;arguments&gt;</c>; a type of the framework has no assembly.</summary>
    public static string Of(Type type)
    {
        var text = new StringBuilder();
        Append(text, type);
        return text.ToString();
    }

    /// <summary>Formats a method as its type, name, generic arguments and metadata token. The token distinguishes overloads.</summary>
    public static string Of(MethodInfo method)
    {
        var text = new StringBuilder();
        Append(text, method.DeclaringType!);
        text.Append('.').Append(method.Name);
        AppendArguments(text, method.IsGenericMethod ? method.GetGenericArguments() : []);
        return text.Append(System.Globalization.CultureInfo.InvariantCulture, $" 0x{method.MetadataToken:x8}").ToString();
    }

    private static void Append(StringBuilder text, Type type)
    {
        if (type.HasElementType)
        {
            Append(text, type.GetElementType()!);
            text.Append(type.IsArray ? $"[{new string(',', type.GetArrayRank() - 1)}{(type.IsVariableBoundArray ? "*" : "")}]" : type.IsPointer ? "*" : "&");
            return;
        }

        if (!CodeAssemblies.IsFramework(type.Assembly))
        {
            text.Append(type.Assembly.GetName().Name).Append('!');
        }

        text.Append(type.IsGenericParameter || type.FullName is null ? type.Name : (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName);
        AppendArguments(text, type.GenericTypeArguments);
    }

    private static void AppendArguments(StringBuilder text, Type[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            text.Append(i == 0 ? '<' : ',');
            Append(text, arguments[i]);
        }

        text.Append(arguments.Length == 0 ? "" : ">");
    }
}
